import { constants, fchmodSync, fchownSync, fstatSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory, type FileOwner } from './atomic-file.ts';
import { closeQuietly } from './close-quietly.ts';
import { StateWriteError } from './state-error.ts';
import { errnoName } from './system-error.ts';
import { ownTrust } from './trusted-path.ts';

export interface DirectoryOptions {
  readonly mode: number;
  readonly owner: FileOwner | null;
  /** Whether a directory that is there already gets this mode and owner too. */
  readonly repair: boolean;
}

/**
 * Creates one directory with the given rights, whatever the umask; its parent must be there. One that is there already must be
 * this process's own, or root's, and no link. Throws StateWriteError.
 */
export function ensureDirectory(path: string, { mode, owner, repair }: DirectoryOptions): void {
  try {
    const isNew = makeIfMissing(path, mode);
    const descriptor = openDirectory(path);
    try {
      const found = fstatSync(descriptor);
      if (!ownTrust().uids.includes(found.uid)) throw new Error(`it belongs to user id ${found.uid}`);
      if (!isNew && !repair) return;
      if (owner !== null && (found.uid !== owner.uid || found.gid !== owner.gid)) {
        fchownSync(descriptor, owner.uid, owner.gid);
      }
      if ((found.mode & 0o7777) !== mode) fchmodSync(descriptor, mode);
    } finally {
      closeQuietly(descriptor);
    }
    if (isNew) syncDirectory(dirname(path));
  } catch (error) {
    throw new StateWriteError(path, 'create-directory', error);
  }
}

function makeIfMissing(path: string, mode: number): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  try {
    makeWith(path, mode);
    return true;
  } catch (error) {
    // Another user's save may have made a shared parent in the meantime.
    if (errnoName(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The directory itself and not what a link in its place leads to: rights go to what was looked at. */
function openDirectory(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const isOther = ['ENOTDIR', 'ELOOP'].includes(errnoName(error) ?? '');
    throw isOther ? new Error('something that is not a directory is in the way', { cause: error }) : error;
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
