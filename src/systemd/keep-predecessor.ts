import { linkSync } from 'node:fs';
import { keptName } from '../core/predecessor-files.ts';
import { readRegularFile } from '../system/read-regular-file.ts';
import { StateWriteError } from '../system/state-error.ts';
import { errnoName } from '../system/system-error.ts';
import { maxUnitBytes } from './unit-files.ts';

/**
 * Gives a file of the predecessor a second name beside it, which stays when the first one is given to a file of ours; returns that name.
 * Throws StateWriteError, also where another file has it.
 */
export function keepPredecessor(path: string): string {
  const kept = keptName(path);
  try {
    linkSync(path, kept);
  } catch (error) {
    if (errnoName(error) !== 'EEXIST' || !holdTheSame(path, kept)) throw new StateWriteError(kept, 'place', error);
  }
  return kept;
}

function holdTheSame(...paths: readonly [string, string]): boolean {
  const [one, other] = paths.map((path) => readRegularFile(path, maxUnitBytes));
  return one?.kind === 'read' && other?.kind === 'read' && one.text === other.text;
}
