import { describe, expect, test } from 'vitest';
import {
  type MemoryHistory,
  type MemoryReading,
  memoryState,
  withReading,
} from '../../../src/core/heal/memory-recovery.ts';

const rules = { floorMib: 512, nowMs: 100_000, lastKillMs: null };

describe('memory after a kill', () => {
  test('is not known before the first reading', () => {
    expect(memoryState([], rules)).toEqual({ kind: 'watching' });
  });

  test('has not recovered below the floor, however calm it is', () => {
    expect(memoryState(calmFor(70), rules)).toEqual({ kind: 'recovered' });
    const history = withReading(calmFor(70), reading(71, { availableMib: 511 }));
    expect(memoryState(history, rules)).toEqual({ kind: 'short', availableMib: 511, floorMib: 512 });
  });

  test.each([
    [0, 'recovered'],
    [599_999, 'recovered'],
    [600_000, 'pressed'],
    [30_000_000, 'pressed'],
  ])('after %i µs of stalls within a minute is %s', (stalledUs, kind) => {
    const history = withReading(calmFor(70), reading(71, { stalledUs }));
    expect(memoryState(history, rules).kind).toBe(kind);
  });

  test('is judged by its last minute alone', () => {
    let history: MemoryHistory = [reading(0, { stalledUs: 0 }), reading(10, { stalledUs: 50_000_000 })];
    for (let second = 11; second < 69; second += 1) {
      history = withReading(history, reading(second, { stalledUs: 50_000_000 }));
    }
    expect(memoryState(history, rules).kind).toBe('pressed');
    history = withReading(history, reading(70, { stalledUs: 50_000_000 }));
    expect(memoryState(history, rules).kind).toBe('recovered');
  });

  test.each([
    [0, 'recovered'],
    [0.36, 'recovered'],
    [0.37, 'pressed'],
    [80, 'pressed'],
  ])("is judged by the kernel's average of %d %% where no reading is old enough: %s", (avg60, kind) => {
    expect(memoryState([reading(5, { avg60 })], rules).kind).toBe(kind);
  });

  test.each([
    [99_999, 'pressed'],
    [40_001, 'pressed'],
    [40_000, 'recovered'],
    [null, 'recovered'],
  ])('with the last kill at %j ms is %s', (lastKillMs, kind) => {
    expect(memoryState(calmFor(70), { ...rules, lastKillMs }).kind).toBe(kind);
  });

  test('must have been enough for a whole minute where the kernel counts no stalls', () => {
    expect(memoryState([without(0), without(59)], rules)).toEqual({ kind: 'watching' });
    expect(memoryState([without(0), without(60)], rules)).toEqual({ kind: 'recovered' });
    expect(memoryState([without(0), without(30, 500), without(60)], rules)).toEqual({ kind: 'pressed' });
  });

  test('is judged by stalls alone where the kernel does not tell what is available, and by nothing where it tells neither', () => {
    expect(memoryState([{ atMs: 0, availableMib: null, pressure: { avg60: 0, stalledUs: 7 } }], rules)).toEqual({
      kind: 'recovered',
    });
    expect(memoryState([{ atMs: 0, availableMib: null, pressure: null }], rules)).toEqual({ kind: 'unknown' });
  });
});

describe('the readings that are kept', () => {
  test('are those of a minute and one before, however long and however often somebody reads', () => {
    let history: MemoryHistory = [];
    for (let tick = 0; tick < 5000; tick += 1) history = withReading(history, reading(tick / 4, {}));
    expect(history.length).toBeLessThanOrEqual(62);
    const [first] = history;
    const last = history.at(-1);
    expect((last?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect((last?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(62_000);
  });

  test('still tell of the minute after a long pause', () => {
    const history = withReading(calmFor(70), reading(1000, { stalledUs: 700_000 }));
    expect(memoryState(history, rules).kind).toBe('pressed');
  });
});

function reading(
  seconds: number,
  { availableMib = 600, avg60 = 50, stalledUs = 0 }: { availableMib?: number; avg60?: number; stalledUs?: number },
): MemoryReading {
  return { atMs: seconds * 1000, availableMib, pressure: { avg60, stalledUs } };
}

function without(seconds: number, availableMib = 600): MemoryReading {
  return { atMs: seconds * 1000, availableMib, pressure: null };
}

function calmFor(seconds: number): MemoryHistory {
  let history: MemoryHistory = [];
  for (let second = 0; second <= seconds; second += 1) history = withReading(history, reading(second, {}));
  return history;
}
