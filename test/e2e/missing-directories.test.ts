import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox } from '../support/persist-sandbox.ts';
import { panesInPlace } from '../support/world.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

describe('a directory that is missing when its session comes back', () => {
  test('is replaced by its nearest parent inside the home, and that is said', () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'deep', '-c', box.directory('code/infra/deep/er'));
    box.persist('save');
    box.killServer();
    rmSync(join(box.home, 'code/infra/deep'), { recursive: true });

    const applied = box.persist('apply');
    expect(applied.exitCode).toBe(0);
    const note = `it starts in ${box.home}/code/infra, because ${box.home}/code/infra/deep/er is missing or closed`;
    expect(applied.stdout).toContain(note);
    expect(panesInPlace(box).map(({ cwd }) => cwd)).toEqual([join(box.home, 'code/infra')]);
  });

  test('is replaced by the home when it was outside of it, and panes that have theirs keep it', () => {
    const box = sandbox();
    const outside = temporaryDirectory();
    const inside = box.directory('code');
    box.tmux('new-session', '-d', '-s', 'split', '-c', outside);
    box.tmux('split-window', '-d', '-t', '=split:', '-c', inside);
    box.persist('save');
    box.killServer();
    rmSync(outside, { recursive: true });

    const applied = box.persist('apply', '--json');
    expect(applied.exitCode).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({
      users: [
        {
          actions: [
            { outcome: 'created', message: `it starts in ${box.home}, because ${outside} is missing or closed` },
          ],
        },
      ],
    });
    expect(panesInPlace(box).map(({ cwd }) => cwd)).toEqual([box.home, inside]);
  });
});
