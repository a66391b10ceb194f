import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentBox, type AgentBox } from '../support/agent-box.ts';
import { attach, closeAndNameAgain, crash, everythingIn, windowsIn } from '../support/rich-scene.ts';
import { lastingRecord } from '../support/stored-record.ts';
import { buildLimitMs } from './support/base-system.ts';
import { type Suite, suitesOfTmux } from './support/suite.ts';
import { tmuxOfSuite } from './support/tmux-of-suite.ts';

describe.each(suitesOfTmux)('with the tmux of %s', { timeout: buildLimitMs }, (suite) => {
  test('a crash and an apply leave nothing different, and nothing to say', async () => {
    const box = await boxOf(suite);
    everythingIn(box);
    box.save();
    const before = lastingRecord(box.box);
    await crash(box);
    box.save();
    expect(lastingRecord(box.box)).toEqual(before);
  });

  test('sessions that were closed come back the same while a client looks at another one', async () => {
    const box = await boxOf(suite);
    everythingIn(box);
    attach(box, 'odd');
    await closeAndNameAgain(box, 'member', 'linker', 'work');
    expect(box.box.tmux('list-clients', '-F', '#{session_name}')).toBe('odd\n');
  });
});

// 3.8 is the first tmux that has them.
test('floating panes come back with the tmux of sid', { timeout: buildLimitMs }, async () => {
  const box = await boxOf('sid');
  const { tmux } = box.box;
  windowsIn(box, 'floats', [[0, 'one']]);
  tmux('new-pane', '-t', '=floats:0', '-x', '40', '-y', '10', '-X', '5', '-Y', '4', '-c', box.box.directory('at/up'));
  const flags = (): string => tmux('list-panes', '-t', '=floats:0', '-F', '#{pane_floating_flag} #{pane_width}');
  const before = flags();
  expect(before).toContain('1 ');
  await crash(box);
  expect(flags()).toBe(before);
});

async function boxOf(suite: Suite): Promise<AgentBox> {
  const searchPath = await tmuxOfSuite(suite);
  expect(existsSync(join(searchPath, 'tmux'))).toBe(true);
  return agentBox({ searchPath: `${searchPath}:/usr/local/bin:/usr/bin:/bin` });
}
