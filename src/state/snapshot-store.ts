import { readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from '../core/manifest.ts';
import { shellQuote } from '../core/own-command.ts';
import type { Account } from '../system/host/accounts.ts';
import { syncDirectory, writeFileAtomic } from '../system/files/atomic-file.ts';
import { ensureDirectory } from '../system/files/ensure-directory.ts';
import { errnoName, StateReadError, StateWriteError, systemErrorText } from '../system/errors.ts';
import {
  formatSnapshot,
  maxSnapshotBytes,
  maxWrittenBytes,
  type ParsedSnapshot,
  parseSnapshot,
} from './snapshot-document.ts';
import { liesInFarFuture, nextSnapshotId, parseSnapshotId } from './snapshot-id.ts';
import { readRecordFile, requireTrustedRecords } from './state-files.ts';
import { importingDirectory, prepareUserDirectories, snapshotPath, snapshotsDirectory } from './state-paths.ts';

export type StoredSnapshot = ParsedSnapshot & { readonly id: string };

export interface DamagedSnapshot {
  readonly id: string;
  readonly reason: string;
}

interface NewestValid {
  /** null when no stored snapshot is valid. */
  readonly newest: { readonly id: string; readonly manifest: Manifest } | null;
  /** Damaged snapshots that are newer than it, newest first. */
  readonly damaged: readonly DamagedSnapshot[];
}

/** Ids of the user's stored snapshots, newest first. Throws StateReadError when a read fails. */
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

/**
 * The user's newest valid snapshot, which is the manifest. Damaged ones are skipped and reported. Throws
 * StateReadError.
 */
export function readNewestValid(stateDir: string, user: string): NewestValid {
  return newestValidOf(readSnapshots(stateDir, user));
}

/** The first valid one of snapshots, which are newest first, and the damaged ones before it. */
export function newestValidOf(newestFirst: Iterable<StoredSnapshot>): NewestValid {
  const damaged: DamagedSnapshot[] = [];
  for (const snapshot of newestFirst) {
    if (snapshot.kind === 'valid') return { newest: { id: snapshot.id, manifest: snapshot.manifest }, damaged };
    damaged.push({ id: snapshot.id, reason: snapshot.reason });
  }
  return { newest: null, damaged };
}

/** The user's snapshots, newest first; each is read only on demand. */
export function* readSnapshots(stateDir: string, user: string): Generator<StoredSnapshot, void, void> {
  for (const id of listSnapshots(stateDir, user)) {
    // The listing has checked the directories. Each file is checked when it is read.
    const snapshot = readListedSnapshot(stateDir, user, id);
    // A save may prune old snapshots during this listing, which holds no lock.
    if (snapshot !== null) yield { id, ...snapshot };
  }
}

/**
 * One snapshot of a listing, which has checked the directories; its file is checked here. null when a save has removed
 * it in the meantime. Throws StateReadError when the system denies the read.
 */
export function readListedSnapshot(stateDir: string, user: string, id: string): ParsedSnapshot | null {
  const path = snapshotPath(stateDir, user, id);
  const reading = readRecordFile(path, maxSnapshotBytes);
  switch (reading.kind) {
    case 'missing':
      return null;
    case 'unreadable':
      return { kind: 'damaged', reason: `it cannot be read: ${reading.reason}` };
    case 'failed':
      // Using an older snapshot instead would restore what has ended, and forget what came since.
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

/**
 * Stores a manifest as the user's newest snapshot and returns its id. The caller must hold the user's lock. It never
 * overwrites a stored snapshot. Throws StateWriteError.
 */
export function writeSnapshot(stateDir: string, account: Account, manifest: Manifest, now: Date): string {
  const text = formatSnapshot(manifest);
  const flaw = flawIn(text, account.name);
  if (flaw !== null) throw unwritable(stateDir, account, flaw);
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const id = nextSnapshotId(now, listSnapshots(stateDir, account.name));
  if (id === null) throw unwritable(stateDir, account, 'there is no later snapshot id; look at the clock: date');
  const path = snapshotPath(stateDir, account.name, id);
  writeFileAtomic(path, text, { mode, owner, existing: 'keep' });
  return id;
}

/**
 * Stores a user's first snapshots, oldest first: all of them or, when it is interrupted, none. The caller must hold the
 * user's lock. Where other files are in their place already, only the newest is stored. Throws StateWriteError.
 */
export function writeFirstSnapshots(stateDir: string, account: Account, manifests: readonly Manifest[]): void {
  const { owner, fileMode, directoryMode } = prepareUserDirectories(stateDir, account);
  const directory = snapshotsDirectory(stateDir, account.name);
  const newest = manifests.at(-1);
  if (newest !== undefined && readdirSync(directory).length > 0) {
    writeSnapshot(stateDir, account, newest, new Date(newest.takenAt));
    return;
  }
  const beside = importingDirectory(stateDir, account.name);
  try {
    rmSync(beside, { recursive: true, force: true });
    ensureDirectory(beside, { mode: directoryMode, owner, repair: false });
    const ids: string[] = [];
    for (const manifest of manifests) {
      const text = formatSnapshot(manifest);
      const id = nextSnapshotId(new Date(manifest.takenAt), ids);
      // One that is too large would hold up all others, and what runs now is recorded next.
      if (id === null || flawIn(text, account.name) !== null) continue;
      ids.unshift(id);
      writeFileAtomic(join(beside, `${id}.json`), text, { mode: fileMode, owner, existing: 'keep' });
    }
    renameSync(beside, directory);
    syncDirectory(dirname(directory));
  } catch (error) {
    if (error instanceof StateWriteError) throw error;
    throw new StateWriteError(directory, 'place', error);
  }
}

function unwritable(stateDir: string, account: Account, reason: string): StateWriteError {
  return new StateWriteError(snapshotsDirectory(stateDir, account.name), 'write', new Error(reason));
}

/** Finds why a text would not be a valid snapshot. Such a snapshot would hide no other, but it would save nothing. */
function flawIn(text: string, user: string): string | null {
  if (Buffer.byteLength(text) > maxWrittenBytes) return 'the record would be larger than 8 MiB';
  const check = parseSnapshot(text, user);
  return check.kind === 'damaged' ? `the record could not be read back: ${check.reason}` : null;
}
