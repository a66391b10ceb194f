import { localClock } from './clock.ts';
import { alignColumns, type Cell, plain } from './columns.ts';
import { painter } from './paint.ts';
import { printable } from './printable.ts';
import type { TextOptions } from './text-options.ts';

/** One stored snapshot of a user, as a list shows it. */
export type ListedSnapshot =
  | {
      readonly kind: 'valid';
      readonly id: string;
      readonly takenAt: string;
      readonly live: number;
      readonly gone: number;
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
  const rows = snapshots.map((snapshot): readonly Cell[] => {
    const id = plain(printable(snapshot.id));
    if (snapshot.kind === 'damaged') {
      return [id, { text: 'damaged', style: 'red' }, plain(printable(snapshot.reason))];
    }
    return [
      id,
      plain(clock.dateTime(snapshot.takenAt)),
      plain(`${snapshot.live} live`),
      plain(`${snapshot.gone} gone`),
    ];
  });
  return alignColumns(rows, painter(color))
    .map((line) => `${line}\n`)
    .join('');
}
