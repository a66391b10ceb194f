import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asItComes } from '../../../src/reconcile/apply/apply-plan.ts';

const longMs = 60_000;

test('what comes at about the same time is one step, and the end of the work waits for nothing', async () => {
  const steps: (readonly string[])[] = [];
  await asItComes<string>(
    async (handOver) => {
      handOver('a');
      await delay(5);
      handOver('b');
    },
    longMs,
    async (items) => void steps.push(items),
  );
  expect(steps).toEqual([['a', 'b']]);
});

test('what is there is taken while the work goes on, and what comes during a step is taken after it', async () => {
  const steps: (readonly string[])[] = [];
  const [begun, handedOver] = [new EventEmitter(), new EventEmitter()];
  await asItComes<string>(
    async (handOver) => {
      handOver('a');
      await once(begun, 'step');
      handOver('b');
      handedOver.emit('b');
    },
    1,
    async (items) => {
      steps.push(items);
      if (steps.length > 1) return;
      const next = once(handedOver, 'b');
      begun.emit('step');
      await next;
    },
  );
  expect(steps).toEqual([['a'], ['b']]);
});

test('work that hands over nothing takes no step', async () => {
  const doing = asItComes(
    async () => {},
    longMs,
    () => Promise.reject(new Error('a step')),
  );
  await expect(doing).resolves.toBeUndefined();
});

test.each(['work', 'step'])('a failure of the %s is that of the whole, at once', async (where) => {
  const fail = (place: string): Promise<void> =>
    place === where ? Promise.reject(new Error(`the ${place} failed`)) : Promise.resolve();
  const doing = asItComes<string>(
    async (handOver) => {
      handOver('a');
      await fail('work');
      await delay(longMs, undefined, { ref: false });
    },
    1,
    () => fail('step'),
  );
  await expect(doing).rejects.toThrow(`the ${where} failed`);
});
