import { lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account } from '../system/account.ts';
import { type FileOwner, setFileRights } from '../system/atomic-file.ts';
import { ensureDirectory } from '../system/ensure-directory.ts';
import { errnoName, systemErrorText } from '../system/errors.ts';
import { privateGroupOf } from '../system/private-group.ts';
import { quietly } from '../system/quietly.ts';
import { StateReadError, StateWriteError } from '../system/state-error.ts';
import { distrustedPath, distrustText, isRoot } from '../system/trusted-path.ts';
import {
  isSafeUserName,
  lockDirectory,
  metricsDirectory,
  snapshotsDirectory,
  userDirectory,
  usersDirectory,
} from './state-paths.ts';

/** Who may read a user's records. */
export interface RecordRights {
  readonly owner: FileOwner | null;
  readonly fileMode: number;
  readonly directoryMode: number;
}

/** Root gives a user's records to the user's group to read, where that is the user's alone; anyone else keeps their own. */
function recordRights(account: Account): RecordRights {
  const gid = isRoot() ? privateGroupOf(account) : null;
  const owner = isRoot() ? { uid: 0, gid: gid ?? 0 } : null;
  return gid === null
    ? { owner, fileMode: 0o600, directoryMode: 0o700 }
    : { owner, fileMode: 0o640, directoryMode: 0o750 };
}

/**
 * Makes the state directory and the user's directories where they are missing, and returns the rights of what belongs in them.
 * As root: STATE and STATE/users 0755 (the predecessor's own mode for STATE), the user's 0750 root:group or 0700, put right
 * again, with all that is in them, if they differ. Otherwise STATE is 0700 and private.
 */
export function prepareUserDirectories(stateDir: string, account: Account): RecordRights {
  prepareStateDirectory(stateDir);
  ensureDirectory(usersDirectory(stateDir), { mode: sharedMode(), owner: null, repair: false });
  const rights = recordRights(account);
  for (const path of [userDirectory(stateDir, account.name), snapshotsDirectory(stateDir, account.name)]) {
    if (isRoot()) mendRecords(path, rights);
    ensureDirectory(path, { mode: rights.directoryMode, owner: rights.owner, repair: isRoot() });
  }
  return rights;
}

/** Gives the files of a directory the rights that it is about to get, before it: a run that ends between leaves it to the next. */
function mendRecords(directory: string, { owner, fileMode, directoryMode }: RecordRights): void {
  try {
    const found = lstatSync(directory, { throwIfNoEntry: false });
    if (found === undefined || !found.isDirectory() || owner === null) return;
    if (found.gid === owner.gid && (found.mode & 0o7777) === directoryMode) return;
    for (const name of readdirSync(directory)) setFileRights(join(directory, name), owner, fileMode);
  } catch (error) {
    throw new StateWriteError(directory, 'set-owner', error);
  }
}

/** Makes the directory of the locks: closed to others, who could otherwise hold a user's lock for ever. */
export function prepareLockDirectory(stateDir: string): void {
  prepareStateDirectory(stateDir);
  ensureDirectory(lockDirectory(stateDir), { mode: 0o700, owner: null, repair: false });
}

/** Makes the directory of the metrics: as open as the state directory is. */
export function prepareMetricsDirectory(stateDir: string): void {
  prepareStateDirectory(stateDir);
  ensureDirectory(metricsDirectory(stateDir), { mode: sharedMode(), owner: null, repair: false });
}

/** Users with a directory in the state directory, sorted; they may have left the roster since. */
export function listStoredUsers(stateDir: string): readonly string[] {
  const path = usersDirectory(stateDir);
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && isSafeUserName(entry.name))
      .map((entry) => entry.name)
      .toSorted();
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw new StateReadError(path, systemErrorText(error));
  }
}

function prepareStateDirectory(stateDir: string): void {
  const parent = dirname(stateDir);
  try {
    mkdirSync(parent, { recursive: true, mode: sharedMode() });
  } catch (error) {
    throw new StateWriteError(parent, 'create-directory', error);
  }
  // A link in its place is followed: it leads where the user wants it, and as root it is root's, as all on the way.
  ensureDirectory(quietly(() => realpathSync(stateDir)) ?? stateDir, {
    mode: sharedMode(),
    owner: null,
    repair: false,
  });
  const distrust = isRoot() ? distrustedPath(stateDir) : null;
  if (distrust !== null)
    throw new StateWriteError(stateDir, 'create-directory', new Error(distrustText(stateDir, distrust)));
}

function sharedMode(): number {
  return isRoot() ? 0o755 : 0o700;
}
