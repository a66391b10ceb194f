import { constants, fchmodSync, fchownSync, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { type FileOwner, syncDirectory } from './atomic-file.ts';
import { errnoName, StateWriteError } from '../errors.ts';
import { closeQuietly } from './read-file.ts';
import { ownTrust } from './trusted-path.ts';

interface DirectoryOptions {
  readonly mode: number;
  readonly owner: FileOwner | null;
  /** Whether an existing directory also gets this mode and owner. */
  readonly repair: boolean;
}

/**
 * Creates one directory with the given rights, whatever the umask; its parent must exist. An existing directory must
 * belong to this process's user or to root, and must be no link. Throws StateWriteError.
 */
export function ensureDirectory(path: string, options: DirectoryOptions): void {
  const { mode, owner, repair } = options;
  try {
    const isNew = makeIfMissing(path, mode);
    const found = lstatSync(path);
    if (!found.isDirectory()) throw new Error(inTheWay);
    if (!ownTrust().uids.includes(found.uid)) throw new Error(`it belongs to user id ${found.uid}`);
    if ((isNew || repair) && differs(found, options)) setRights(path, mode, owner);
    if (isNew) syncDirectory(dirname(path));
  } catch (error) {
    throw new StateWriteError(path, 'create-directory', error);
  }
}

const inTheWay = 'something that is not a directory is in the way';

function makeIfMissing(path: string, mode: number): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  try {
    makeWith(path, mode);
    return true;
  } catch (error) {
    // Another user's save may have created a shared parent in the meantime.
    if (errnoName(error) === 'EEXIST') return false;
    throw error;
  }
}

function differs(found: Stats, { mode, owner }: DirectoryOptions): boolean {
  const isAnothers = owner !== null && (found.uid !== owner.uid || found.gid !== owner.gid);
  return isAnothers || (found.mode & 0o7777) !== mode;
}

/** Changes the directory itself, never the target of a link that somebody puts in its place. */
function setRights(path: string, mode: number, owner: FileOwner | null): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (owner !== null) fchownSync(descriptor, owner.uid, owner.gid);
    fchmodSync(descriptor, mode);
  } finally {
    closeQuietly(descriptor);
  }
}

/**
 * Sets the rights from the first moment, whatever the umask. A run that is killed after mkdir cannot correct them
 * later.
 */
function makeWith(path: string, mode: number): void {
  const umask = process.umask(0);
  try {
    mkdirSync(path, { mode });
  } finally {
    process.umask(umask);
  }
}
