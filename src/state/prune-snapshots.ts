import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { seriesTimeMs } from '../predecessor/series.ts';
import { isTemporaryNameFor } from '../system/files/atomic-file.ts';
import { errnoName, StateReadError, StateWriteError, systemErrorText } from '../system/errors.ts';
import { readSeries } from './predecessor-series.ts';
import { maxStoredBytes } from './snapshot-document.ts';
import { parseSnapshotId } from './snapshot-id.ts';
import { listSnapshots, readNewestValid } from './snapshot-store.ts';
import { requireTrustedRecords } from './state-files.ts';
import {
  closingsFileName,
  heartbeatFileName,
  importingName,
  lastApplyFileName,
  predecessorViewPath,
  snapshotPath,
  snapshotsDirectory,
  timelineFileName,
  tombstonesPath,
  userDirectory,
} from './state-paths.ts';

/**
 * Removes all but the newest `keep` snapshots, and never the newest valid one. The caller must hold the user's lock.
 * Returns the removed ids, oldest first.
 */
export function pruneSnapshots(stateDir: string, user: string, keep: number): readonly string[] {
  return removeBehind(stateDir, user, listSnapshots(stateDir, user), keep);
}

/** Removes the oldest snapshots when their total size is too large, by the same rules. It checks the size of each. */
export function pruneLargeSnapshots(stateDir: string, user: string): readonly string[] {
  const ids = listSnapshots(stateDir, user);
  let bytes = 0;
  const end = ids.findIndex((id) => {
    bytes += lstatSync(snapshotPath(stateDir, user, id), { throwIfNoEntry: false })?.size ?? 0;
    return bytes > maxStoredBytes;
  });
  return end < 0 ? [] : removeBehind(stateDir, user, ids, end);
}

function removeBehind(stateDir: string, user: string, newestFirst: readonly string[], keep: number): readonly string[] {
  const surplus = newestFirst.slice(Math.max(keep, 1));
  if (surplus.length === 0) return [];
  const manifestId = readNewestValid(stateDir, user).newest?.id;
  const removable = surplus.filter((id) => id !== manifestId).toReversed();
  for (const id of removable) remove(snapshotPath(stateDir, user, id));
  return removable;
}

/**
 * Removes the temporary files of killed writers, and what an interrupted import has left. The caller must hold the user's lock. Every writer of these files
 * holds it, so a remaining file belongs to a dead one. Returns the removed paths.
 */
export function removeLeftovers(stateDir: string, user: string): readonly string[] {
  requireTrustedRecords(stateDir, user);
  const viewPath = predecessorViewPath(stateDir, user);
  const shared = [viewPath, tombstonesPath(stateDir, user)].map((path) => basename(path));
  const series = readSeries(viewPath, user);
  const leftovers = [
    ...filesIn(stateDir, (name) => shared.some((file) => isTemporaryNameFor(file, name))),
    ...(series === null ? [] : filesIn(series.directory, isSeriesLeftover)),
    ...filesIn(userDirectory(stateDir, user), isUserFileLeftover),
    ...filesIn(snapshotsDirectory(stateDir, user), isSnapshotLeftover),
  ];
  for (const path of leftovers) remove(path);
  return leftovers;
}

function isUserFileLeftover(name: string): boolean {
  const files = [heartbeatFileName, lastApplyFileName, timelineFileName, closingsFileName];
  return name === importingName || files.some((file) => isTemporaryNameFor(file, name));
}

function isSnapshotLeftover(name: string): boolean {
  const id = name.split('.json.')[0]?.slice(1) ?? '';
  return parseSnapshotId(id) !== null && isTemporaryNameFor(`${id}.json`, name);
}

function isSeriesLeftover(name: string): boolean {
  const file = `${name.split('.tsv.')[0]?.slice(1) ?? ''}.tsv`;
  return seriesTimeMs(file) !== null && isTemporaryNameFor(file, name);
}

function filesIn(directory: string, accepts: (name: string) => boolean): readonly string[] {
  try {
    return readdirSync(directory)
      .filter(accepts)
      .toSorted()
      .map((name) => join(directory, name));
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw new StateReadError(directory, systemErrorText(error));
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true, recursive: basename(path) === importingName });
  } catch (error) {
    throw new StateWriteError(path, 'remove', error);
  }
}
