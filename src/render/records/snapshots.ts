import { localClock } from '../text/clock.ts';
import { alignColumns, type Cell, cutTo, painter, plain } from '../text/columns.ts';
import { formatVersion } from '../text/json-text.ts';
import { printable, type TextOptions } from '../text/printable.ts';

/** How many changes of sessions there are since the snapshot before. */
export interface ChangeCounts {
  readonly appeared: number;
  readonly back: number;
  readonly gone: number;
  /** All else that history tells: names, directories, conversations, causes. */
  readonly other: number;
}

/** One stored snapshot of a user, as a list shows it. */
export type ListedSnapshot =
  | {
      readonly kind: 'valid';
      readonly id: string;
      readonly takenAt: string;
      readonly live: number;
      readonly gone: number;
      readonly changed: ChangeCounts;
    }
  | { readonly kind: 'damaged'; readonly id: string; readonly reason: string };

/** Renders a user's snapshots as a table within 80 columns, in the order given. */
export function renderSnapshotsText(
  user: string,
  snapshots: readonly ListedSnapshot[],
  { color, utcOffsetMinutes }: TextOptions,
): string {
  if (snapshots.length === 0) return `${printable(user)}: no snapshots yet\n`;
  const clock = localClock(utcOffsetMinutes);
  const zone = clock.zoneOf(snapshots.flatMap((one) => (one.kind === 'valid' ? [one.takenAt] : [])));
  const headings = ['SNAPSHOT (UTC)', `TAKEN (${zone})`, 'LIVE', 'GONE', 'CHANGED'];
  const rows = snapshots.map((snapshot): readonly Cell[] => {
    const id = plain(printable(snapshot.id));
    if (snapshot.kind === 'damaged') {
      const reason = cutTo(printable(snapshot.reason), columnsOfChanges);
      return [id, { text: 'damaged', style: 'red' }, plain(''), plain(''), plain(reason)];
    }
    return [
      id,
      plain(clock.dateTime(snapshot.takenAt)),
      plain(String(snapshot.live)),
      plain(String(snapshot.gone)),
      plain(changeWords(snapshot.changed)),
    ];
  });
  return alignColumns([headings.map((text): Cell => ({ text, style: 'dim' })), ...rows], painter(color))
    .map((line) => `${line}\n`)
    .join('');
}

/** What is left of 80 columns behind the other cells. */
const columnsOfChanges = 24;

/** `2 new, 1 gone`; `-` where nothing of the sessions' names, directories and conversations is other than before. */
function changeWords({ appeared, back, gone, other }: ChangeCounts): string {
  const counts = [
    [appeared, 'new'],
    [back, 'back'],
    [gone, 'gone'],
    [other, 'other'],
  ] as const;
  return counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ') || '-';
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
          ? [String(one.live), one === newest ? 'newest' : '-', one.takenAt, String(one.gone), changeWords(one.changed)]
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
