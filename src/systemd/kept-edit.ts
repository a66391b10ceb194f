import { linkSync } from 'node:fs';
import { errnoName, StateWriteError } from '../system/errors.ts';
import { readRegularFile } from '../system/files/read-file.ts';
import { maxUnitBytes } from './unit-files.ts';

/**
 * The name beside a unit file under which this edit of it is kept: the first that is free, or that holds the same text
 * already. systemd reads no file of that name.
 */
export function keptEditPath(path: string, text: string): string {
  for (let number = 1; ; number += 1) {
    const kept = number === 1 ? `${path}.kept` : `${path}.kept.${number}`;
    const reading = readRegularFile(kept, maxUnitBytes);
    if (reading.kind === 'missing' || (reading.kind === 'read' && reading.text === text)) return kept;
  }
}

/** Gives an edited file a second name beside it, which stays when the file is replaced. Throws StateWriteError. */
export function keepEdit(path: string, text: string): void {
  const kept = keptEditPath(path, text);
  try {
    linkSync(path, kept);
  } catch (error) {
    // Then it holds the same text, or another run has just taken the name: that one keeps the edit.
    if (errnoName(error) !== 'EEXIST') throw new StateWriteError(kept, 'place', error);
  }
}
