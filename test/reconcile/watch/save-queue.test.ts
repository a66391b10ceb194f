import { describe, expect, test } from 'vitest';
import { saveQueue } from '../../../src/reconcile/watch/save-queue.ts';

describe('the saves of a watch', () => {
  test('run side by side, at most eight at a time, and one at a time for each user', async () => {
    const running = new Set<string>();
    let most = 0;
    const ends: (() => void)[] = [];
    const queue = saveQueue({
      save: (user) => {
        expect(running).not.toContain(user);
        running.add(user);
        most = Math.max(most, running.size);
        return new Promise((resolve) =>
          ends.push(() => {
            running.delete(user);
            resolve('done');
          }),
        );
      },
      onFailure: (error) => expect.fail(String(error)),
    });
    for (let user = 0; user < 20; user += 1) queue.sign(`user${user}`, true);
    queue.beginDue(dueMs());
    queue.beginDue(dueMs());
    expect(running.size).toBe(8);
    expect(queue.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
    while (ends.length > 0) {
      ends.shift()?.();
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      queue.beginDue(dueMs());
    }
    await queue.settled();
    expect(most).toBe(8);
    expect(queue.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('are repeated for a user whose lock another run held', async () => {
    const asked: string[] = [];
    const queue = saveQueue({
      save: async (user) => {
        asked.push(user);
        return asked.length === 1 ? 'again' : 'done';
      },
      onFailure: (error) => expect.fail(String(error)),
    });
    queue.sign('emo', true);
    queue.beginDue(dueMs());
    await queue.settled();
    expect(queue.nextDueMs()).toBeLessThan(performance.now() + 2_000);
    queue.beginDue(queue.nextDueMs());
    await queue.settled();
    expect(asked).toEqual(['emo', 'emo']);
    expect(queue.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('wait for other work for their user, and report what it throws', async () => {
    const failures: unknown[] = [];
    const saved: string[] = [];
    const queue = saveQueue({
      save: async (user) => {
        saved.push(user);
        return 'done';
      },
      onFailure: (error) => failures.push(error),
    });
    const broken = new Error('broken');
    queue.occupy(['emo'], () => Promise.reject(broken));
    queue.sign('emo', true);
    queue.beginDue(dueMs());
    expect(saved).toEqual([]);
    await queue.settled();
    queue.beginDue(dueMs());
    await queue.settled();
    expect(saved).toEqual(['emo']);
    expect(failures).toEqual([broken]);
  });
});

/** A time at which everything is due that has a sign by now. */
function dueMs(): number {
  return performance.now() + 1_000;
}
