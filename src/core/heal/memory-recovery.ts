/** What the host told about its memory at one moment. */
export interface MemoryReading {
  /** By the monotonic clock. */
  readonly atMs: number;
  /** null when the kernel does not tell it. */
  readonly availableMib: number | null;
  /** null when the kernel does not count stalls. */
  readonly pressure: MemoryPressure | null;
}

/** How much work had to wait for memory, on the whole host (the line `some` of /proc/pressure/memory). */
export interface MemoryPressure {
  /** The part of the time, in percent, weighted over the last minute. */
  readonly avg60: number;
  /** All of it since the boot, in microseconds. It only grows. */
  readonly stalledUs: number;
}

/** Readings of the last minute or so, oldest first. */
export type MemoryHistory = readonly MemoryReading[];

/** Whether the host has enough memory again for what was killed. */
export type MemoryState =
  | { readonly kind: 'recovered' }
  | { readonly kind: 'short'; readonly availableMib: number; readonly floorMib: number }
  /** Work had to wait for memory within the last minute, or something was killed for it. */
  | { readonly kind: 'pressed' }
  /** The last minute is not known yet. */
  | { readonly kind: 'watching' }
  /** The kernel tells nothing about memory, so nobody can know that it has recovered. */
  | { readonly kind: 'unknown' };

const minuteMs = 60_000;
/** A reading each second for a minute, and one that is a minute old. */
const maxReadings = 62;
/** Less than 1 % of a minute. */
const maxStalledUs = 0.01 * minuteMs * 1000;
/**
 * The kernel weights a stall of t seconds ago by e^(-t/60). So a stall within the last minute counts with more than
 * 1/e, and below this average it was less than 1 % of the minute.
 */
const maxAvg60 = 1 / Math.E;

/** The readings to keep, with one more. A reading within a second of the last one replaces nothing and is dropped. */
export function withReading(history: MemoryHistory, reading: MemoryReading): MemoryHistory {
  const last = history.at(-1);
  if (last !== undefined && reading.atMs - last.atMs < 1000) return history;
  const aMinuteAgo = history.findLastIndex(({ atMs }) => reading.atMs - atMs >= minuteMs);
  return [...history.slice(Math.max(aMinuteAgo, 0)), reading].slice(-maxReadings);
}

interface RecoveryRules {
  readonly floorMib: number;
  readonly nowMs: number;
  /** When something was last killed because the host was short of memory; null when nothing was. */
  readonly lastKillMs: number | null;
}

/** Memory has recovered when enough is available, and for a whole minute nothing waited for it and nothing was killed. */
export function memoryState(history: MemoryHistory, { floorMib, nowMs, lastKillMs }: RecoveryRules): MemoryState {
  const last = history.at(-1);
  if (last === undefined) return { kind: 'watching' };
  const { availableMib, pressure } = last;
  if (availableMib === null && pressure === null) return { kind: 'unknown' };
  if (availableMib !== null && availableMib < floorMib) return { kind: 'short', availableMib, floorMib };
  if (lastKillMs !== null && nowMs - lastKillMs < minuteMs) return { kind: 'pressed' };
  if (pressure === null) return withoutPressure(history, floorMib);
  const aMinuteAgo = history.findLast(({ atMs }) => last.atMs - atMs >= minuteMs)?.pressure ?? null;
  // Without a reading that is old enough, as after a start, the kernel's own average tells.
  if (aMinuteAgo === null) return pressure.avg60 < maxAvg60 ? { kind: 'recovered' } : { kind: 'pressed' };
  return pressure.stalledUs - aMinuteAgo.stalledUs < maxStalledUs ? { kind: 'recovered' } : { kind: 'pressed' };
}

/** Where the kernel counts no stalls, each reading of a whole minute must have shown enough memory. */
function withoutPressure(history: MemoryHistory, floorMib: number): MemoryState {
  const [first] = history;
  const last = history.at(-1);
  if (first === undefined || last === undefined) return { kind: 'watching' };
  if (history.some(({ availableMib }) => availableMib !== null && availableMib < floorMib)) return { kind: 'pressed' };
  return last.atMs - first.atMs >= minuteMs ? { kind: 'recovered' } : { kind: 'watching' };
}
