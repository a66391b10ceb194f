import { readdirSync } from 'node:fs';
import type { Manifest } from '../core/manifest.ts';
import { shellQuote } from '../core/shell-quote.ts';
import { errnoName, systemErrorText } from '../system/errors.ts';
import { StateReadError } from '../system/state-error.ts';
import { type ParsedSnapshot, parseSnapshot } from './read-snapshot.ts';
import { maxSnapshotBytes } from './snapshot-document.ts';
import { liesInFarFuture, parseSnapshotId } from './snapshot-id.ts';
import { readRecordFile, requireTrustedRecords } from './state-files.ts';
import { snapshotPath, snapshotsDirectory } from './state-paths.ts';

export type StoredSnapshot = ParsedSnapshot & { readonly id: string };

export interface DamagedSnapshot {
  readonly id: string;
  readonly reason: string;
}

export interface NewestValid {
  /** null when no stored snapshot is valid. */
  readonly newest: { readonly id: string; readonly manifest: Manifest } | null;
  /** Damaged ones that are newer than it, newest first. */
  readonly damaged: readonly DamagedSnapshot[];
}

/** Ids of the user's stored snapshots, newest first. Throws StateReadError where it cannot tell. */
export function listSnapshots(stateDir: string, user: string): readonly string[] {
  requireTrustedRecords(stateDir, user);
  const path = snapshotsDirectory(stateDir, user);
  try {
    return readdirSync(path)
      .flatMap((name) => snapshotIdOfFile(name) ?? [])
      .toSorted()
      .toReversed();
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw new StateReadError(path, systemErrorText(error));
  }
}

/** The user's manifest: the newest snapshot that is valid. Damaged ones are reported and passed over. Throws StateReadError. */
export function readNewestValid(stateDir: string, user: string): NewestValid {
  const damaged: DamagedSnapshot[] = [];
  for (const snapshot of readSnapshots(stateDir, user)) {
    if (snapshot.kind === 'valid') return { newest: { id: snapshot.id, manifest: snapshot.manifest }, damaged };
    damaged.push({ id: snapshot.id, reason: snapshot.reason });
  }
  return { newest: null, damaged };
}

/** The user's snapshots, newest first, each read only when it is asked for. */
export function* readSnapshots(stateDir: string, user: string): Generator<StoredSnapshot, void, void> {
  for (const id of listSnapshots(stateDir, user)) {
    // Listing them has looked at the directories; what lies in them is looked at file by file.
    const snapshot = readListed(stateDir, user, id);
    // A save may prune old ones while they are listed without its lock.
    if (snapshot !== null) yield { id, ...snapshot };
  }
}

/** One stored snapshot; null when there is none of this id. Throws StateReadError where the system does not let it be read. */
export function readSnapshot(stateDir: string, user: string, id: string): ParsedSnapshot | null {
  if (parseSnapshotId(id) === null) return null;
  requireTrustedRecords(stateDir, user);
  return readListed(stateDir, user, id);
}

function readListed(stateDir: string, user: string, id: string): ParsedSnapshot | null {
  const path = snapshotPath(stateDir, user, id);
  const reading = readRecordFile(path, maxSnapshotBytes);
  switch (reading.kind) {
    case 'missing':
      return null;
    case 'unreadable':
      return { kind: 'damaged', reason: `it cannot be read: ${reading.reason}` };
    case 'failed':
      // An older one in its place would bring back what is over, and forget what came since.
      throw new StateReadError(
        path,
        `${reading.reason}; if it stays so: mv ${shellQuote(path)} ${shellQuote(`${path}.unreadable`)}`,
      );
    case 'read':
      if (liesInFarFuture(id)) return { kind: 'damaged', reason: 'its time lies in the far future' };
      return parseSnapshot(reading.text, user);
  }
}

function snapshotIdOfFile(name: string): string | null {
  const id = name.endsWith('.json') ? name.slice(0, -'.json'.length) : '';
  return parseSnapshotId(id) === null ? null : id;
}
