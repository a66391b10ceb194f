import { formatUtcSecond, parseUtcSecond } from '../core/utc-second.ts';
import { farFutureMs } from '../core/when.ts';

/** The id of a snapshot taken at this time: UTC to the second, `20261120T135951`. Ids sort by time. */
export const formatSnapshotId = formatUtcSecond;

/**
 * The time of an id; null when the text is not exactly an id. The first versions gave ids to the millisecond,
 * `20261120T135951.204Z`. As text they sort among the others by their time, too.
 */
export function parseSnapshotId(text: string): Date | null {
  const [, whole = '', milliseconds = '0'] = /^(\w+)(?:\.([0-9]{3})Z)?$/.exec(text) ?? [];
  const second = parseUtcSecond(whole);
  return second === null ? null : new Date(second.getTime() + Number(milliseconds));
}

/** Whether no correct clock can have made the id. After the last of these ids no free one would remain. */
export function liesInFarFuture(id: string): boolean {
  return (parseSnapshotId(id)?.getTime() ?? 0) >= farFutureMs;
}

/**
 * The id for a new snapshot: the second now, or the first one after every existing id. So a clock that was set back
 * hides no new record. Ids in the far future do not count. null when the clock shows a time without an id.
 */
export function nextSnapshotId(now: Date, newestFirst: readonly string[]): string | null {
  const newest = parseSnapshotId(newestFirst.find((id) => !liesInFarFuture(id)) ?? '');
  const freeMs = newest === null ? 0 : (Math.floor(newest.getTime() / 1000) + 1) * 1000;
  const timeMs = Math.max(now.getTime(), freeMs);
  return timeMs >= 0 && timeMs < farFutureMs ? formatSnapshotId(new Date(timeMs)) : null;
}
