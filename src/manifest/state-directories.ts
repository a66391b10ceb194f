import { mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from '../system/account.ts';
import type { FileOwner } from '../system/atomic-file.ts';
import { ensureDirectory } from '../system/ensure-directory.ts';
import { StateReadError, StateWriteError } from '../system/state-error.ts';
import { errnoName, systemErrorText } from '../system/system-error.ts';
import {
  isSafeUserName,
  lockDirectory,
  metricsDirectory,
  snapshotsDirectory,
  userDirectory,
  usersDirectory,
} from './state-paths.ts';

/** Root gives a user's records to the user's group to read; anyone else keeps their own. */
export function recordOwner(account: Account): FileOwner | null {
  return isRoot() ? { uid: 0, gid: account.gid } : null;
}

/**
 * Makes the state directory and the user's directories where they are missing. As root: STATE and STATE/users 0755 (the
 * predecessor's own mode for STATE), the user's 0750 root:group, put right again if they differ. Otherwise STATE is 0700 and private.
 */
export function prepareUserDirectories(stateDir: string, account: Account): void {
  prepareStateDirectory(stateDir);
  ensureDirectory(usersDirectory(stateDir), { mode: sharedMode(), owner: null, repair: false });
  const own = { mode: 0o750, owner: recordOwner(account), repair: isRoot() };
  ensureDirectory(userDirectory(stateDir, account.name), own);
  ensureDirectory(snapshotsDirectory(stateDir, account.name), own);
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
  ensureDirectory(stateDir, { mode: sharedMode(), owner: null, repair: false });
}

function sharedMode(): number {
  return isRoot() ? 0o755 : 0o700;
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}
