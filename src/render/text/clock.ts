import { printable } from './printable.ts';

/** The offset of the reader's clock from UTC, in minutes, at an instant in milliseconds since the epoch. */
export type UtcOffsetMinutes = (instantMs: number) => number;

/** Shows times in the reader's time zone. Times are ISO 8601; an unreadable one is shown unchanged. */
export interface LocalClock {
  /** `2026-11-20 14:02` */
  readonly dateTime: (time: string) => string;
  /** `14:02`, or `2026-11-18 14:02` when it was not on the local day of `now`. */
  readonly brief: (time: string, now: string) => string;
  /** The zone of these times, for a heading: `UTC`, `UTC+2`, and `UTC+1/+2` where the clocks were changed. */
  readonly zoneOf: (times: readonly string[]) => string;
}

/**
 * Makes a clock from an offset, not from a zone's name: a lookup of a zone costs 10 ms (Intl.DateTimeFormat, Node 20).
 */
export function localClock(utcOffsetMinutes: UtcOffsetMinutes): LocalClock {
  const read = (time: string): { readonly date: string; readonly clock: string } | null => {
    const instantMs = Date.parse(time);
    if (Number.isNaN(instantMs)) return null;
    const local = new Date(instantMs + utcOffsetMinutes(instantMs) * 60_000).toISOString();
    return { date: local.slice(0, 10), clock: local.slice(11, 16) };
  };
  return {
    dateTime: (time) => {
      const local = read(time);
      return local === null ? printable(time) : `${local.date} ${local.clock}`;
    },
    brief: (time, now) => {
      const local = read(time);
      if (local === null) return printable(time);
      return local.date === read(now)?.date ? local.clock : `${local.date} ${local.clock}`;
    },
    zoneOf: (times) => {
      const known = times.map((time) => Date.parse(time)).filter((instantMs) => !Number.isNaN(instantMs));
      const offsets = [...new Set(known.map(utcOffsetMinutes))].toSorted((a, b) => a - b);
      return offsets.every((minutes) => minutes === 0) ? 'UTC' : `UTC${offsets.map(offsetText).join('/')}`;
    },
  };
}

/** `+2`, `-3:30`. */
function offsetText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The age of a time in words: `40 s ago`, `3 min ago`, `5 h ago`, `2 d ago`. */
export function ageText(time: string, now: string): string {
  const ageMs = Date.parse(now) - Date.parse(time);
  if (Number.isNaN(ageMs)) return 'at an unknown time';
  if (ageMs < 0) return 'in the future';
  if (ageMs < minuteMs) return `${Math.floor(ageMs / 1000)} s ago`;
  if (ageMs < hourMs) return `${Math.floor(ageMs / minuteMs)} min ago`;
  if (ageMs < 2 * dayMs) return `${Math.floor(ageMs / hourMs)} h ago`;
  return `${Math.floor(ageMs / dayMs)} d ago`;
}
