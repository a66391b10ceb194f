import { describe, expect, test } from 'vitest';
import { lateKills } from '../../../src/reconcile/watch/late-kills.ts';

describe('the reads of the journal after an end', () => {
  test('are none as long as nothing has ended', () => {
    const { kills, reads } = reading();
    kills.beginDue(1_000_000);
    expect(kills.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
    expect(reads()).toBe(0);
  });

  test('come a second after it, and once more when journald may have been late', async () => {
    const { kills, reads, finish } = reading();
    kills.expect(0);
    expect(kills.nextDueMs()).toBe(1_000);
    kills.beginDue(999);
    expect(reads()).toBe(0);
    kills.beginDue(1_000);
    await finish();
    expect(kills.nextDueMs()).toBe(10_000);
    kills.beginDue(10_000);
    await finish();
    expect(reads()).toBe(2);
    expect(kills.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('are no more than one in five seconds where something ends all the time', async () => {
    const { kills, reads, finish } = reading();
    for (let nowMs = 0; nowMs <= 60_000; nowMs += 100) {
      kills.expect(nowMs);
      kills.beginDue(nowMs);
      await finish();
    }
    expect(reads()).toBeGreaterThanOrEqual(10);
    expect(reads()).toBeLessThanOrEqual(13);
  });

  test('wait for the one before, however long that takes', async () => {
    const { kills, reads, finish } = reading();
    kills.expect(0);
    kills.beginDue(1_000);
    kills.beginDue(20_000);
    expect(reads()).toBe(1);
    await finish();
    kills.beginDue(20_000);
    expect(reads()).toBe(2);
  });
});

function reading() {
  let reads = 0;
  let done: (() => void) | null = null;
  const kills = lateKills({
    read: () => {
      reads += 1;
      return new Promise((resolve) => (done = resolve));
    },
    onFailure: (error) => {
      throw error;
    },
  });
  const finish = async (): Promise<void> => {
    done?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { kills, reads: () => reads, finish };
}
