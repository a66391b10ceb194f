import { expect, test } from 'vitest';
import { onDemand } from '../../src/system/on-demand.ts';

test('what is asked for on demand is made once, and not before', () => {
  let made = 0;
  const ask = onDemand(() => ({ number: (made += 1) }));
  expect(made).toBe(0);
  expect([ask(), ask()]).toEqual([{ number: 1 }, { number: 1 }]);
});
