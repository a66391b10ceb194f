import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isServerAlive } from '../../src/tmux/call-tmux.ts';
import { privateTmux } from '../support/private-tmux.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

describe('a tmux server under a process id', () => {
  test('lives until it is killed', () => {
    const own = privateTmux();
    own.tmux('new-session', '-d', '-s', 'notes');
    const pid = Number(own.tmux('display-message', '-p', '#{pid}'));
    expect(isServerAlive(pid)).toBe(true);
    own.killServer();
    expect(isServerAlive(pid)).toBe(false);
  });

  test('does not live when another program has the number', () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(isServerAlive(child.pid ?? 0)).toBe(false);
  });

  test.each([
    ['42 (tmux: server) S 1 42 42 0 -1', true],
    ['42 (tmux: server) D 1 42 42 0 -1', true],
    ['42 (tmux: server) T 1 42 42 0 -1', true],
    ['42 (tmux: server) Z 1 42 42 0 -1', false],
    ['42 (tmux: server) X 1 42 42 0 -1', false],
    ['42 (bash) S 1 42 42 0 -1', false],
    ['42 (vim (tmux)) S 1 42 42 0 -1', false],
    ['42 (tmux) Z ) S 1 42 42 0 -1', true],
    ['42 (tmux) S ) Z 1 42 42 0 -1', false],
    ['', false],
  ])('is read from %j as %j', (stat, expected) => {
    const procRoot = temporaryDirectory();
    mkdirSync(join(procRoot, '42'));
    writeFileSync(join(procRoot, '42/stat'), stat);
    expect(isServerAlive(42, procRoot)).toBe(expected);
    expect(isServerAlive(43, procRoot)).toBe(false);
  });
});
