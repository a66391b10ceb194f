import { loadManifest, type LoadManifestRequest } from './load-manifest.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { ParsedSnapshot } from './snapshot-document.ts';
import { nextSnapshotId } from './snapshot-id.ts';
import { listSnapshots, readListedSnapshot, type StoredSnapshot } from './snapshot-store.ts';

/** The snapshots of one user, as every command sees them; each is read only on demand. */
export interface SnapshotSource {
  /** Newest first. */
  readonly ids: readonly string[];
  /** null when a save has removed it in the meantime. Throws StateReadError. */
  readonly read: (id: string) => ParsedSnapshot | null;
  /** What is to be told about the source as a whole. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The stored snapshots of a user; before the first save, those that it will import from the predecessor, under the ids
 * that they will have. Throws StateReadError.
 */
export function snapshotsOf(request: LoadManifestRequest): SnapshotSource {
  const stored = storedSnapshotsOf(request.stateDir, request.user);
  return stored.ids.length > 0 ? stored : importable(request);
}

/** The stored snapshots of a user alone. Throws StateReadError. */
export function storedSnapshotsOf(stateDir: string, user: string): SnapshotSource {
  const ids = listSnapshots(stateDir, user);
  const read = (id: string): ParsedSnapshot | null =>
    ids.includes(id) ? readListedSnapshot(stateDir, user, id) : null;
  return { ids, read, diagnostics: [] };
}

/** All snapshots of a source, newest first. */
export function* eachSnapshot({ ids, read }: SnapshotSource): Generator<StoredSnapshot, void, void> {
  for (const id of ids) {
    const snapshot = read(id);
    if (snapshot !== null) yield { id, ...snapshot };
  }
}

function importable(request: LoadManifestRequest): SnapshotSource {
  const { manifest, origin, diagnostics } = loadManifest(request);
  const snapshots = new Map<string, ParsedSnapshot>();
  const ids: string[] = [];
  if (origin.kind === 'imported' && manifest !== null) {
    for (const one of [...origin.earlier, manifest]) {
      const id = nextSnapshotId(new Date(one.takenAt), ids.slice(0, 1));
      if (id === null) continue;
      ids.unshift(id);
      snapshots.set(id, { kind: 'valid', manifest: one });
    }
  }
  return { ids, read: (id) => snapshots.get(id) ?? null, diagnostics };
}
