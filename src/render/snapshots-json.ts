import { formatVersion } from './json-text.ts';
import type { ListedSnapshot } from './snapshots.ts';

/** The JSON document of a user's snapshots, in the order given. */
export function snapshotsDocument(user: string, snapshots: readonly ListedSnapshot[]) {
  return {
    formatVersion,
    kind: 'snapshots' as const,
    user,
    snapshots: snapshots.map((snapshot) => ({
      id: snapshot.id,
      valid: snapshot.kind === 'valid',
      reason: snapshot.kind === 'damaged' ? snapshot.reason : null,
      takenAt: snapshot.kind === 'valid' ? snapshot.takenAt : null,
      live: snapshot.kind === 'valid' ? snapshot.live : null,
      gone: snapshot.kind === 'valid' ? snapshot.gone : null,
    })),
  };
}
