import { printable } from './printable.ts';

/** Shows times as the reader's clock does. Times are ISO 8601; one that cannot be read is shown as it is. */
export interface LocalClock {
  /** `2026-11-20 14:02` */
  readonly dateTime: (time: string) => string;
  /** `14:02`, or `2026-11-18` when it was not on the local day of `now`. */
  readonly brief: (time: string, now: string) => string;
}

/** `timeZone` is an IANA name, such as `Europe/Sofia`. */
export function localClock(timeZone: string): LocalClock {
  let format: Intl.DateTimeFormat | undefined;
  const read = (time: string): { readonly date: string; readonly clock: string } | null => {
    const instant = Date.parse(time);
    if (Number.isNaN(instant)) return null;
    format ??= formatIn(timeZone);
    const parts = format.formatToParts(instant);
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
    return { date: `${part('year')}-${part('month')}-${part('day')}`, clock: `${part('hour')}:${part('minute')}` };
  };
  return {
    dateTime: (time) => {
      const local = read(time);
      return local === null ? printable(time) : `${local.date} ${local.clock}`;
    },
    brief: (time, now) => {
      const local = read(time);
      if (local === null) return printable(time);
      return local.date === read(now)?.date ? local.clock : local.date;
    },
  };
}

/** The first of a run loads the host's zone tables: 10 ms on Node 20, so text without times does without. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
}
