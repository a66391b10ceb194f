import type { RecordStep } from '../core/record/history.ts';
import { eachSnapshot, type SnapshotSource } from './snapshot-source.ts';
import type { DamagedSnapshot } from './snapshot-store.ts';

export type SnapshotStep = ({ readonly kind: 'valid' } & RecordStep) | ({ readonly kind: 'damaged' } & DamagedSnapshot);

/**
 * The snapshots of a source, newest first, each with the valid one before it. At most two are in memory at a time: a user
 * may have a thousand large ones. Throws StateReadError.
 */
export function* stepsOf(source: SnapshotSource): Generator<SnapshotStep, void, void> {
  let newer: Omit<RecordStep, 'before'> | null = null;
  // They stand between the newer one and the one before it.
  let damaged: SnapshotStep[] = [];
  for (const snapshot of eachSnapshot(source)) {
    if (snapshot.kind === 'damaged') {
      damaged.push(snapshot);
      continue;
    }
    if (newer !== null) yield { kind: 'valid', ...newer, before: snapshot.manifest };
    yield* damaged;
    damaged = [];
    newer = { id: snapshot.id, manifest: snapshot.manifest };
  }
  if (newer !== null) yield { kind: 'valid', ...newer, before: null };
  yield* damaged;
}
