import { describe, expect, test } from 'vitest';
import type { Killer, KillReport } from '../../../src/core/endings.ts';
import { latestHostKill } from '../../../src/reconcile/watch/kill-logs.ts';

const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };
const ownLimit: Killer = { kind: 'limit', cgroup: null, limitMib: 512 };
const now = { wallMs: Date.parse('2026-11-29T12:05:00.000Z'), monotonicMs: 900_000 };

describe('the time of the last kill for lack of memory', () => {
  test('is that of the kill, however late the journal is read', () => {
    expect(latestHostKill([kill('12:04:00'), kill('12:01:00')], now, null)).toBe(840_000);
  });

  test('is that of a later one that is known already', () => {
    expect(latestHostKill([kill('12:04:00')], now, 850_000)).toBe(850_000);
  });

  test('is now where the clock was set back since', () => {
    expect(latestHostKill([kill('12:50:00')], now, null)).toBe(900_000);
  });

  test('is none where a process only reached its own limit', () => {
    expect(latestHostKill([kill('12:04:00', ownLimit)], now, null)).toBeNull();
  });
});

function kill(time: string, killer = earlyoom): KillReport {
  return { at: `2026-11-29T${time}.000Z`, killer, victim: { kind: 'process', pid: 71 } };
}
