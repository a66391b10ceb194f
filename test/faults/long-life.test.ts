import { expect, test } from 'vitest';
import { expectFlatLife } from '../support/long-life/expect-flat-life.ts';

// Ten thousand of them, 35 days of a save every five minutes: test/faults/long.
test(
  'eight hundred saves of sessions that come and go cost at the end what they cost in the beginning',
  { timeout: 300_000 },
  () => {
    expect(expectFlatLife(800, 1).saves).toBe(800);
  },
);
