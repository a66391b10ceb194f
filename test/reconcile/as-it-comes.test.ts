import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asItComes } from '../../src/reconcile/as-it-comes.ts';

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
  const gates = { step: signalled(), work: signalled() };
  await asItComes<string>(
    async (handOver) => {
      handOver('a');
      await gates.step.reached;
      handOver('b');
      gates.work.reach();
    },
    1,
    async (items) => {
      steps.push(items);
      gates.step.reach();
      await gates.work.reached;
    },
  );
  expect(steps).toEqual([['a'], ['b']]);
});

test('work that hands over nothing takes no step', async () => {
  await asItComes(
    async () => {},
    longMs,
    () => Promise.reject(new Error('a step')),
  );
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

function signalled(): { readonly reached: Promise<void>; readonly reach: () => void } {
  let reach = (): void => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return { reached, reach };
}
