import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildBase, buildLimitMs } from './support/base-system.ts';

// Those that a run without the name of a suite boots.
test.each(['bookworm', 'trixie'] as const)('there is a base system of %s', { timeout: buildLimitMs }, async (suite) => {
  const base = await buildBase(suite);
  for (const program of ['systemctl', 'tmux', 'sudo']) expect(existsSync(join(base, 'usr/bin', program))).toBe(true);
});
