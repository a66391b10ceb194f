import { keptName } from '../core/units.ts';
import { linkSync } from 'node:fs';
import { errnoName } from '../system/errors.ts';
import { readRegularFile } from '../system/read-file.ts';
import { StateWriteError } from '../system/state-error.ts';

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
  const [one, other] = paths.map((path) => readRegularFile(path, maxKeptBytes));
  return one?.kind === 'read' && other?.kind === 'read' && one.text === other.text;
}

/** Of a script or a unit file. */
const maxKeptBytes = 256 * 1024;
