import { chmodSync, chownSync, mkdirSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory, type FileOwner } from './atomic-file.ts';
import { StateWriteError } from './state-error.ts';
import { errnoName } from './system-error.ts';

export interface DirectoryOptions {
  readonly mode: number;
  readonly owner: FileOwner | null;
  /** Whether a directory that is there already gets this mode and owner too. */
  readonly repair: boolean;
}

/** Creates one directory with the given rights, whatever the umask; its parent must be there. Throws StateWriteError. */
export function ensureDirectory(path: string, { mode, owner, repair }: DirectoryOptions): void {
  try {
    const isNew = makeIfMissing(path, mode);
    if (!isNew && !repair) return;
    const found = statSync(path);
    if (owner !== null && (found.uid !== owner.uid || found.gid !== owner.gid)) chownSync(path, owner.uid, owner.gid);
    if ((found.mode & 0o7777) !== mode) chmodSync(path, mode);
    if (isNew) syncDirectory(dirname(path));
  } catch (error) {
    throw new StateWriteError(path, 'create-directory', error);
  }
}

function makeIfMissing(path: string, mode: number): boolean {
  const found = statIfPresent(path);
  if (found?.isDirectory() === true) return false;
  if (found !== null) throw new Error('something that is not a directory is in the way');
  try {
    makeWith(path, mode);
    return true;
  } catch (error) {
    // Another user's save may have made a shared parent in the meantime.
    if (errnoName(error) === 'EEXIST' && statSync(path).isDirectory()) return false;
    throw error;
  }
}

/** With these rights from the first moment, whatever the umask: a run that is killed behind it has no second chance. */
function makeWith(path: string, mode: number): void {
  const umask = process.umask(0);
  try {
    mkdirSync(path, { mode });
  } finally {
    process.umask(umask);
  }
}

function statIfPresent(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}
