import { formatUtcSecond, parseUtcSecond } from '../core/utc-second.ts';
import { farFutureMs } from '../core/when.ts';

/**
 * The time that the name of one of the predecessor's later snapshots tells, `20240301T102030.tsv` in UTC; null for the
 * name of any other file.
 */
export function seriesTimeMs(fileName: string): number | null {
  const time = fileName.endsWith(extension) ? parseUtcSecond(fileName.slice(0, -extension.length)) : null;
  const timeMs = time?.getTime() ?? -1;
  return timeMs >= 0 && timeMs < farFutureMs ? timeMs : null;
}

/** The name for a snapshot taken now: later than every other, so that a clock that was set back hides no new one. */
export function nextSeriesName(now: Date, names: readonly string[]): string {
  const newestMs = names.reduce((latest, name) => Math.max(latest, seriesTimeMs(name) ?? 0), 0);
  return `${formatUtcSecond(new Date(Math.max(now.getTime(), newestMs + 1000)))}${extension}`;
}

const extension = '.tsv';
