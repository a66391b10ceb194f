import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dueAtMs,
  noNeed,
  type SaveNeed,
  withSaveBegun,
  withSaveEnded,
  withSign,
} from '../../../src/core/heal/save-schedule.ts';

describe('when the watch saves a user', () => {
  test('is never without a sign of a change', () => {
    expect(dueAtMs(noNeed)).toBeNull();
  });

  test('is half a second after the last sign', () => {
    expect(dueAtMs(withSign(withSign(noNeed, 1_000, false), 1_300, false))).toBe(1_800);
  });

  test('is two seconds after the first sign where the signs never end', () => {
    expect(dueAtMs(signsEvery(100, 40))).toBe(2_000);
  });

  test('is a quarter of a second after something has ended, when it is known how', () => {
    expect(dueAtMs(withSign(withSign(noNeed, 1_000, false), 1_100, true))).toBe(1_250);
  });

  test('is asked for again by a sign that comes while a save runs', () => {
    const during = withSign(withSaveBegun(withSign(noNeed, 0, false)), 700, false);
    expect(dueAtMs(withSaveEnded(during, { wallMs: 300, cpuMs: 300 }, 800))).toBe(3_500);
  });

  test('is not asked for by the signs that a save has recorded', () => {
    expect(
      dueAtMs(withSaveEnded(withSaveBegun(withSign(noNeed, 0, false)), { wallMs: 20, cpuMs: 20 }, 520)),
    ).toBeNull();
  });

  test('is within a minute, however long a save takes', () => {
    const late = withSign(withSaveEnded(noNeed, { wallMs: 3_600_000, cpuMs: 1 }, 3_600_000), 3_600_001, true);
    expect(dueAtMs(late)).toBe(3_660_000);
  });

  test('is soon again on a busy host, where a save takes long and costs little', () => {
    expect(withSaveEnded(noNeed, { wallMs: 1_900, cpuMs: 100 }, 0).notBeforeMs).toBe(1_800);
  });

  test('is late after a save that hung, which costs nothing', () => {
    expect(withSaveEnded(noNeed, { wallMs: 7_000, cpuMs: 0 }, 0).notBeforeMs).toBe(45_000);
  });

  test('takes at most a tenth of the time, whatever a user does and whatever a save costs', () => {
    const durations = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(durations, (costs) => {
        let need: SaveNeed = noNeed;
        let nowMs = 0;
        let busyMs = 0;
        for (const costMs of costs) {
          need = withSign(need, nowMs, true);
          const begunMs = Math.max(nowMs, dueAtMs(need) ?? 0);
          need = withSaveEnded(withSaveBegun(need), { wallMs: costMs, cpuMs: costMs }, begunMs + costMs);
          busyMs += costMs;
          nowMs = begunMs + costMs;
        }
        expect(busyMs / need.notBeforeMs).toBeLessThanOrEqual(0.1 + Number.EPSILON);
      }),
    );
  });
});

function signsEvery(stepMs: number, count: number): SaveNeed {
  return Array.from({ length: count }, (_, at) => at * stepMs).reduce(
    (need, atMs) => withSign(need, atMs, false),
    noNeed,
  );
}
