import { setMaxListeners } from 'node:events';
import { exitCodes } from './exit-codes.ts';

interface Interruption {
  readonly signal: AbortSignal;
  /** The exit status that the received signal asks for; null while none was received. */
  readonly exitCode: () => number | null;
  readonly stop: () => void;
}

/**
 * Turns SIGINT and SIGTERM into an abort that lets the step at hand finish.
 *
 * A second signal ends the program at once, as a person who presses Ctrl-C twice expects.
 */
export function watchSignals(host: NodeJS.Process): Interruption {
  const controller = new AbortController();
  // One listener for each user that is looked at; Node warns of a leak at the eleventh.
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
