import { expect, test } from 'vitest';
import { expectFlatRuns } from '../support/long-life/expect-flat-runs.ts';

// Some hundred of them: test/faults/long.
test(
  'the fortieth run of save, with a change each time, takes no more memory and time than the first ones',
  { timeout: 300_000 },
  () => {
    expect(expectFlatRuns(40)).toHaveLength(40);
  },
);
