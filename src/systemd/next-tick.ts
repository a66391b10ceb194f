const secondsOf: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  month: 2_629_800,
  y: 31_557_600,
};

/** When a timer elapses next, by the clock that runs and by the calendar, as systemctl prints them in UTC. */
export interface NextElapse {
  readonly monotonic: string | null;
  readonly calendar: string | null;
}

/** The earlier of both in ISO 8601; null for none, `infinity`, and what is not understood. */
export function nextTickAt(
  { monotonic, calendar }: NextElapse,
  nowMs = Date.now(),
  monotonicNowMs = Number(process.hrtime.bigint() / 1_000_000n),
): string | null {
  const seconds = monotonic === null ? null : secondsIn(monotonic);
  const ticksMs = [
    ...(seconds === null ? [] : [nowMs - monotonicNowMs + seconds * 1000]),
    ...(calendar === null ? [] : (calendarMs(calendar) ?? [])),
  ];
  return ticksMs.length === 0 ? null : new Date(Math.min(...ticksMs)).toISOString();
}

/** Reads a time as systemctl prints it, such as `Wed 2026-11-25 08:05:00 UTC`. */
function calendarMs(time: string): readonly [number] | null {
  const [, date, clock] = /^\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(time) ?? [];
  return date === undefined || clock === undefined ? null : [Date.parse(`${date}T${clock}Z`)];
}

/** Reads a time span as systemctl prints it, such as `1h 2min 3.456s`. */
function secondsIn(timespan: string): number | null {
  let total = 0;
  for (const part of timespan.split(' ')) {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(part) ?? [];
    const seconds = unit === undefined ? undefined : secondsOf[unit];
    if (amount === undefined || seconds === undefined) return null;
    total += Number(amount) * seconds;
  }
  return total;
}
