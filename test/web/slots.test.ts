import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSlots, type Slot } from '../../src/web/slots.ts';

test('no more run at once than there are places, one of which no restore takes, and everybody gets a turn', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('read' as const, 'act' as const), { maxLength: 40 }), async (works) => {
      const slots = makeSlots(4, 100);
      const running = { read: 0, act: 0 };
      let done = 0;
      await Promise.all(
        works.map(async (work) => {
          const slot = await slots.enter(work);
          running[work] += 1;
          expect(running.read + running.act).toBeLessThanOrEqual(4);
          expect(running.act).toBeLessThanOrEqual(3);
          await Promise.resolve();
          running[work] -= 1;
          done += 1;
          slot?.leave();
          // As often as one likes.
          slot?.leave();
        }),
      );
      expect(done).toBe(works.length);
    }),
  );
});

test('restores that wait hold up no page', async () => {
  const slots = makeSlots(4, 100);
  const acts = await Promise.all([1, 2, 3].map(async () => slots.enter('act')));
  const started: string[] = [];
  const waiting = slots.enter('act').then((slot) => note(started, 'act', slot));

  await slots.enter('read').then((slot) => note(started, 'read', slot));
  acts[0]?.leave();
  await waiting;

  expect(started).toEqual(['read', 'act']);
});

test('when too many wait, the next one is told so', async () => {
  const slots = makeSlots(2, 1);
  await Promise.all([slots.enter('read'), slots.enter('read')]);
  const waiting = slots.enter('read');

  expect(await slots.enter('read')).toBeNull();

  expect(waiting).toBeInstanceOf(Promise);
});

function note(started: string[], what: string, slot: Slot | null): Slot | null {
  started.push(what);
  return slot;
}
