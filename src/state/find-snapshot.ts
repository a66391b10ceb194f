import type { StoredManifest } from '../core/record/history.ts';
import { counted } from '../core/text.ts';
import { type LocalNow, parseWhen, type TimeSpan } from '../core/when.ts';
import { parseSnapshotId } from './snapshot-id.ts';
import { eachSnapshot, type SnapshotSource } from './snapshot-source.ts';
import { type DamagedSnapshot, newestValidOf } from './snapshot-store.ts';

/** What a person's word for a snapshot means. */
export type SnapshotMatch =
  | {
      readonly kind: 'found';
      readonly stored: StoredManifest;
      /** Newer snapshots that `latest` passed over, newest first. */
      readonly damaged: readonly DamagedSnapshot[];
    }
  | { readonly kind: 'none' }
  | ({ readonly kind: 'damaged' } & DamagedSnapshot)
  /** Several ids begin so, newest first. */
  | { readonly kind: 'many'; readonly ids: readonly string[] };

/** The word for the newest valid snapshot. */
export const latestSnapshot = 'latest';

/**
 * Finds the snapshot that a word means: `latest`, an id, the beginning of exactly one id, or a time, which means the
 * newest valid one at or before it. Throws StateReadError when a read fails.
 */
export function findSnapshot(source: SnapshotSource, word: string, local: LocalNow): SnapshotMatch {
  if (word === latestSnapshot) return newestValid(source);
  const stored = source.ids;
  // A whole id means itself, even when a longer one begins with it.
  const ids = stored.includes(word) ? [word] : stored.filter((id) => word !== '' && id.startsWith(word));
  const [id] = ids;
  if (id === undefined) return newestAt(source, parseWhen(word, local));
  return ids.length > 1 ? { kind: 'many', ids } : read(source, id);
}

/** Whether a word is `latest`, an id, the beginning of one, or a time. Such a snapshot need not exist. */
export function isSnapshotWord(word: string, local: LocalNow): boolean {
  return word === latestSnapshot || /^\d+(?:T[\dZ.]*)?$/.test(word) || parseWhen(word, local) !== null;
}

/** Why a snapshot cannot be used. */
export interface SnapshotProblem {
  readonly problem: string;
  /** It is not there at all. */
  readonly isMissing: boolean;
}

/** The snapshot of exactly this id, or why there is none. Throws StateReadError when the read fails. */
export function exactSnapshot(source: SnapshotSource, user: string, id: string): StoredManifest | SnapshotProblem {
  const match = source.ids.includes(id) ? read(source, id) : ({ kind: 'none' } as const);
  return match.kind === 'found'
    ? match.stored
    : { problem: snapshotProblem(user, id, match), isMissing: match.kind === 'none' };
}

/** Why a word does not mean one snapshot, and what to do about it. */
export function snapshotProblem(user: string, word: string, match: Exclude<SnapshotMatch, { kind: 'found' }>): string {
  switch (match.kind) {
    case 'none':
      return `${user} has no snapshot ${JSON.stringify(word)}; list them: tmux-persist snapshots ${user}`;
    case 'damaged':
      return `snapshot ${match.id} of ${user} is damaged: ${match.reason}`;
    case 'many': {
      const some = match.ids.slice(0, maxNamed).join(', ');
      const rest = match.ids.length > maxNamed ? ` and ${match.ids.length - maxNamed} more` : '';
      return `${JSON.stringify(word)} begins ${counted(match.ids.length, 'snapshot')} of ${user}: ${some}${rest}`;
    }
  }
}

const maxNamed = 3;

function newestAt(source: SnapshotSource, span: TimeSpan | null): SnapshotMatch {
  if (span === null) return { kind: 'none' };
  const damaged: DamagedSnapshot[] = [];
  for (const id of source.ids.slice(newestIndexAt(source, span.endMs))) {
    const match = read(source, id);
    if (match.kind === 'found') return { ...match, damaged };
    if (match.kind === 'damaged') damaged.push({ id, reason: match.reason });
  }
  const [first] = damaged;
  return first === undefined ? { kind: 'none' } : { kind: 'damaged', ...first };
}

/**
 * Where the snapshots that were taken by then begin. An id can be later than its snapshot, because the id of the second
 * was not free: so the next newer ones are asked when they were taken.
 */
function newestIndexAt(source: SnapshotSource, endMs: number): number {
  const { ids } = source;
  const byId = ids.findIndex((id) => (parseSnapshotId(id)?.getTime() ?? Number.POSITIVE_INFINITY) <= endMs);
  let index = byId < 0 ? ids.length : byId;
  for (let newer = ids[index - 1]; newer !== undefined; newer = ids[index - 1]) {
    const match = read(source, newer);
    if (match.kind !== 'found' || Date.parse(match.stored.manifest.takenAt) > endMs) break;
    index -= 1;
  }
  return index;
}

function newestValid(source: SnapshotSource): SnapshotMatch {
  const { newest, damaged } = newestValidOf(eachSnapshot(source));
  if (newest !== null) return { kind: 'found', stored: newest, damaged };
  const [first] = damaged;
  return first === undefined ? { kind: 'none' } : { kind: 'damaged', ...first };
}

function read(source: SnapshotSource, id: string): SnapshotMatch {
  const snapshot = source.read(id);
  if (snapshot === null) return { kind: 'none' };
  if (snapshot.kind === 'damaged') return { kind: 'damaged', id, reason: snapshot.reason };
  return { kind: 'found', stored: { id, manifest: snapshot.manifest }, damaged: [] };
}
