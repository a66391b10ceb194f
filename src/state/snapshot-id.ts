/** The id of a snapshot taken at this time: UTC in compact form, `20261120T135951.204Z`. Ids sort as their times do. */
export function formatSnapshotId(time: Date): string {
  const [date, clock] = time.toISOString().split('T');
  if (date === undefined || clock === undefined || date.length !== 10) {
    throw new RangeError(`${time.toISOString()} does not fit in a snapshot id`);
  }
  return `${date.replaceAll('-', '')}T${clock.replaceAll(':', '')}`;
}

/** The time an id stands for; null when the text is not an id as formatSnapshotId writes it. */
export function parseSnapshotId(text: string): Date | null {
  const fields = /^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2}\.[0-9]{3})Z$/.exec(text);
  if (fields === null) return null;
  const [, year, month, day, hour, minute, second] = fields;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // V8 takes 31 February for 3 March and 24:00 for the next day.
  return Number.isNaN(time.getTime()) || formatSnapshotId(time) !== text ? null : time;
}

/** No clock has shown such a time. Behind the last of these ids there would be no free one. */
export function liesInFarFuture(id: string): boolean {
  return (parseSnapshotId(id)?.getTime() ?? 0) >= farFutureMs;
}

/**
 * The id for a new snapshot: the time now, but later than every existing one, so that a clock set back hides no new record. One
 * that lies in the far future counts for none. null where the clock shows a time that has no id.
 */
export function nextSnapshotId(now: Date, newestFirst: readonly string[]): string | null {
  const newest = parseSnapshotId(newestFirst.find((id) => !liesInFarFuture(id)) ?? '');
  const timeMs = Math.max(now.getTime(), newest === null ? 0 : newest.getTime() + 1);
  return timeMs >= 0 && timeMs < farFutureMs ? formatSnapshotId(new Date(timeMs)) : null;
}

const farFutureMs = Date.UTC(9000, 0);
