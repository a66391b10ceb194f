/** A time that a person writes, as the span that it may mean: `14:01` is a whole minute. */
export interface TimeSpan {
  readonly startMs: number;
  /** The last millisecond of it. */
  readonly endMs: number;
}

/** What a time that a person writes depends on. */
export interface LocalNow {
  readonly nowMs: number;
  /** The offset of the reader's clock from UTC at an instant. */
  readonly utcOffsetMinutes: (instantMs: number) => number;
}

/**
 * Reads `14:01` (the last one), `2026-11-26`, `2026-11-26 23:50`, with seconds or not, or an age: `90s`, `30m`, `2h`,
 * `3d`, `1w`. null when it is none of them.
 */
export function parseWhen(text: string, { nowMs, utcOffsetMinutes }: LocalNow): TimeSpan | null {
  const age = /^(\d{1,6}) ?(s|m|min|h|d|w)(?: ago)?$/.exec(text.trim());
  if (age !== null) {
    const startMs = nowMs - Number(age[1]) * (unitMs.get(age[2] ?? '') ?? 0);
    return { startMs, endMs: startMs };
  }
  const local = (instantMs: number): string =>
    new Date(instantMs + utcOffsetMinutes(instantMs) * minuteMs).toISOString().slice(0, 10);
  const found = /^(?:(\d{4}-\d\d-\d\d))?(?:[ T]?(\d\d?:\d\d)(:\d\d)?)?$/.exec(text.trim());
  if (found === null || text.trim() === '') return null;
  const [, date, clock, seconds] = found;
  const lengthMs = clock === undefined ? dayMs : seconds === undefined ? minuteMs : 1000;
  const time = `${(clock ?? '0:00').padStart(5, '0')}${seconds ?? ':00'}`;
  const startOn = (day: string): number => {
    const asUtcMs = Date.parse(`${day}T${time}Z`);
    return Number.isNaN(asUtcMs) ? Number.NaN : asUtcMs - offsetMs(asUtcMs, utcOffsetMinutes);
  };
  const today = startOn(date ?? local(nowMs));
  const startMs = date === undefined && today > nowMs ? startOn(local(nowMs - dayMs)) : today;
  return Number.isNaN(startMs) ? null : { startMs, endMs: startMs + lengthMs - 1 };
}

/** The offset at a local time, which is given as if it were UTC. */
function offsetMs(asUtcMs: number, utcOffsetMinutes: LocalNow['utcOffsetMinutes']): number {
  const guess = asUtcMs - utcOffsetMinutes(asUtcMs) * minuteMs;
  return utcOffsetMinutes(guess) * minuteMs;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', minuteMs],
  ['min', minuteMs],
  ['h', 60 * minuteMs],
  ['d', dayMs],
  ['w', 7 * dayMs],
]);
