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
