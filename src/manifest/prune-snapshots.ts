import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isTemporaryNameFor } from '../system/atomic-file.ts';
import { StateWriteError } from '../system/state-error.ts';
import { errnoName } from '../system/system-error.ts';
import { maxStoredBytes } from './snapshot-document.ts';
import { parseSnapshotId } from './snapshot-id.ts';
import { listSnapshots, readNewestValid } from './snapshot-store.ts';
import {
  heartbeatFileName,
  lastApplyFileName,
  predecessorViewPath,
  snapshotPath,
  snapshotsDirectory,
  userDirectory,
} from './state-paths.ts';

/**
 * Removes all but the newest `keep` snapshots, fewer where they are too large, and never the newest or the newest valid
 * one. Only under the user's lock. Returns the removed ids, oldest first.
 */
export function pruneSnapshots(stateDir: string, user: string, keep: number): readonly string[] {
  const ids = listSnapshots(stateDir, user);
  const surplus = ids.slice(Math.max(Math.min(keep, countWithinSize(stateDir, user, ids)), 1));
  if (surplus.length === 0) return [];
  const manifestId = readNewestValid(stateDir, user).newest?.id;
  const removable = surplus.filter((id) => id !== manifestId).toReversed();
  for (const id of removable) remove(snapshotPath(stateDir, user, id));
  return removable;
}

/**
 * Removes the temporary files that writers killed in the middle left behind. Only under the user's lock: every writer of these files
 * holds it, so whoever left one is dead. Returns the removed paths.
 */
export function removeLeftovers(stateDir: string, user: string): readonly string[] {
  const viewFile = basename(predecessorViewPath(stateDir, user));
  const leftovers = [
    ...filesIn(stateDir, (name) => isTemporaryNameFor(viewFile, name)),
    ...filesIn(userDirectory(stateDir, user), isUserFileLeftover),
    ...filesIn(snapshotsDirectory(stateDir, user), isSnapshotLeftover),
  ];
  for (const path of leftovers) remove(path);
  return leftovers;
}

/** How many of the newest fit into what one user may take. */
function countWithinSize(stateDir: string, user: string, newestFirst: readonly string[]): number {
  let bytes = 0;
  const end = newestFirst.findIndex((id) => {
    bytes += statSync(snapshotPath(stateDir, user, id), { throwIfNoEntry: false })?.size ?? 0;
    return bytes > maxStoredBytes;
  });
  return end < 0 ? newestFirst.length : end;
}

function isUserFileLeftover(name: string): boolean {
  return isTemporaryNameFor(heartbeatFileName, name) || isTemporaryNameFor(lastApplyFileName, name);
}

function isSnapshotLeftover(name: string): boolean {
  const id = name.split('.json.')[0]?.slice(1) ?? '';
  return parseSnapshotId(id) !== null && isTemporaryNameFor(`${id}.json`, name);
}

function filesIn(directory: string, accepts: (name: string) => boolean): readonly string[] {
  try {
    return readdirSync(directory)
      .filter(accepts)
      .toSorted()
      .map((name) => join(directory, name));
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw new StateWriteError(directory, 'remove', error);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new StateWriteError(path, 'remove', error);
  }
}
