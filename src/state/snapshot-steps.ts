import type { RecordStep } from '../core/history.ts';
import { type DamagedSnapshot, readSnapshots } from './snapshot-store.ts';

export type SnapshotStep = ({ readonly kind: 'valid' } & RecordStep) | ({ readonly kind: 'damaged' } & DamagedSnapshot);

/**
 * The user's snapshots, newest first, each with the valid one before it. At most two are in memory at a time: a user
 * may have a thousand large ones. Throws StateReadError.
 */
export function* readSteps(stateDir: string, user: string): Generator<SnapshotStep, void, void> {
  let newer: Omit<RecordStep, 'before'> | null = null;
  // They stand between the newer one and the one before it.
  let damaged: SnapshotStep[] = [];
  for (const snapshot of readSnapshots(stateDir, user)) {
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
