import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 not optimise what this process runs: it ends before that pays for itself.
 *
 * Said from within, because Node refuses to start with a V8 option that it does not know, and here one is passed over.
 */
export function expectShortRun(): void {
  setFlagsFromString('--no-opt');
}
