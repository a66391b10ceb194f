import { describe } from 'vitest';
import { privateTmux } from '../support/private-tmux.ts';
import { testWaits } from '../tmux/tests-of-waits.ts';
import { buildLimitMs } from './support/base-system.ts';
import { suites } from './support/suite.ts';
import { tmuxOfSuite } from './support/tmux-of-suite.ts';

describe.each(suites)('with the tmux of %s', { timeout: buildLimitMs }, (suite) => {
  testWaits(async (options) => privateTmux({ ...options, searchPath: `${await tmuxOfSuite(suite)}:/usr/bin:/bin` }));
});
