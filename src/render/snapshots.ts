import { localClock } from './clock.ts';
import { alignColumns, type Cell, painter, plain } from './columns.ts';
import { formatVersion } from './json-text.ts';
import { printable, type TextOptions } from './printable.ts';

/** One stored snapshot of a user, as a list shows it. */
export type ListedSnapshot =
  | {
      readonly kind: 'valid';
      readonly id: string;
      readonly takenAt: string;
      readonly live: number;
      readonly gone: number;
      /** What is other than in the snapshot before it, in short words. */
      readonly changed: string;
    }
  | { readonly kind: 'damaged'; readonly id: string; readonly reason: string };

/** Renders a user's snapshots as a table, in the order given. */
export function renderSnapshotsText(
  user: string,
  snapshots: readonly ListedSnapshot[],
  { color, utcOffsetMinutes }: TextOptions,
): string {
  if (snapshots.length === 0) return `${printable(user)}: no snapshots yet\n`;
  const clock = localClock(utcOffsetMinutes);
  const headings = ['SNAPSHOT (UTC)', 'TAKEN', 'LIVE', 'GONE', 'CHANGED'].map((text): Cell => ({ text, style: 'dim' }));
  const rows = snapshots.map((snapshot): readonly Cell[] => {
    const id = plain(printable(snapshot.id));
    if (snapshot.kind === 'damaged') {
      return [id, { text: 'damaged', style: 'red' }, plain(printable(snapshot.reason))];
    }
    return [
      id,
      plain(clock.dateTime(snapshot.takenAt)),
      plain(String(snapshot.live)),
      plain(String(snapshot.gone)),
      plain(printable(snapshot.changed)),
    ];
  });
  return alignColumns([headings, ...rows], painter(color))
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * The rows for a program, separated by tabs, in the order given: id, live sessions, `newest` or `-`, time, gone
 * sessions, changes. A damaged snapshot has `-` for what is not known.
 */
export function snapshotRows(snapshots: readonly ListedSnapshot[]): string {
  const newest = snapshots.find(({ kind }) => kind === 'valid');
  return snapshots
    .map((one) => {
      const cells =
        one.kind === 'valid'
          ? [String(one.live), one === newest ? 'newest' : '-', one.takenAt, String(one.gone), one.changed || '-']
          : ['-', '-', '-', '-', `damaged: ${one.reason}`];
      return `${[one.id, ...cells].map(printable).join('\t')}\n`;
    })
    .join('');
}

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
      changed: snapshot.kind === 'valid' ? snapshot.changed : null,
    })),
  };
}
