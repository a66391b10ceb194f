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

/** When a monotonic time of systemd is, in ISO 8601; null for none, `infinity`, and what is not understood. */
export function nextTickAt(
  timespan: string | null,
  nowMs = Date.now(),
  monotonicNowMs = Number(process.hrtime.bigint() / 1_000_000n),
): string | null {
  const seconds = timespan === null ? null : secondsIn(timespan);
  return seconds === null ? null : new Date(nowMs - monotonicNowMs + seconds * 1000).toISOString();
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
