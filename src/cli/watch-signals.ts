import { setMaxListeners } from 'node:events';
import { exitCodes } from './exit-codes.ts';

interface Interruption {
  readonly signal: AbortSignal;
  /** The exit status for the received signal; null until one arrives. */
  readonly exitCode: () => number | null;
  readonly stop: () => void;
}

/**
 * Turns SIGINT and SIGTERM into an abort that lets the current step finish.
 *
 * A second signal ends the program at once, as a person who presses Ctrl-C twice expects.
 */
export function watchSignals(host: NodeJS.Process): Interruption {
  const controller = new AbortController();
  // Each observed user adds a listener, and Node warns of a leak at the eleventh.
  setMaxListeners(0, controller.signal);
  let received: number | null = null;
  const onSignal = (name: 'SIGINT' | 'SIGTERM'): void => {
    const exitCode = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
    if (received !== null) host.exit(exitCode);
    received = exitCode;
    controller.abort(new Error(name));
  };
  host.on('SIGINT', onSignal);
  host.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    exitCode: () => received,
    stop: () => {
      host.off('SIGINT', onSignal);
      host.off('SIGTERM', onSignal);
    },
  };
}
