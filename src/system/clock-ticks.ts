/** USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Milliseconds in a number of clock ticks, as /proc tells it. */
export function msOfTicks(ticks: string): number {
  return (Number(ticks) / ticksPerSecond) * 1000;
}
