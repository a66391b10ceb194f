import { farFutureMs } from '../core/when.ts';

/**
 * The time that the name of one of the predecessor's later snapshots tells, `20240301T102030.tsv` in UTC; null for the
 * name of any other file.
 */
export function seriesTimeMs(fileName: string): number | null {
  const fields = /^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})\.tsv$/.exec(fileName);
  if (fields === null) return null;
  const [, year, month, day, hour, minute, second] = fields;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // V8 reads 31 February as 3 March, and 24:00 as the next day.
  return timeMs >= 0 && timeMs < farFutureMs && seriesName(timeMs) === fileName ? timeMs : null;
}

/** The name for a snapshot taken now: later than every other, so that a clock that was set back hides no new one. */
export function nextSeriesName(now: Date, names: readonly string[]): string {
  const newestMs = names.reduce((latest, name) => Math.max(latest, seriesTimeMs(name) ?? 0), 0);
  return seriesName(Math.max(now.getTime(), newestMs + 1000));
}

function seriesName(timeMs: number): string {
  const [time = ''] = new Date(timeMs).toISOString().split('.');
  return `${time.replaceAll(/[-:]/g, '')}.tsv`;
}
