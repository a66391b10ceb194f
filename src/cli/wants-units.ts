import type { Arguments } from './arguments.ts';

/** Whether a run is about the host's units, too: not one for single users. */
export function wantsUnits(args: Arguments): boolean {
  return !args.has('no-units') && args.all('user').length === 0;
}
