import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onTerminal } from '../support/other-outputs.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';

describe('on a terminal', { timeout: 60_000 }, () => {
  test.each(['plan', 'status', 'history', 'snapshots USER', 'show USER', 'diff USER'])('%s is paged', (command) => {
    const box = recorded();
    const pager = pagerIn(box, 'cat > "$0.text"; printf %s "$LESS" > "$0.less"');
    const args = command.replace('USER', box.user).split(' ');
    expect(onTerminal(box, args, { PAGER: pager })).toMatchObject({ exitCode: 0, stdout: '' });
    expect(readFileSync(`${pager}.text`, 'utf8')).not.toBe('');
    expect(readFileSync(`${pager}.less`, 'utf8')).toBe('FRX');
  });

  test('save is not', () => {
    const box = recorded();
    const pager = pagerIn(box, 'touch "$0.ran"');
    expect(onTerminal(box, ['save'], { PAGER: pager }).stdout).toContain('unchanged');
    expect(existsSync(`${pager}.ran`)).toBe(false);
  });

  test.each([
    ['is missing', 'no-such-pager'],
    ['is missing, as its shell finds', 'no-such-pager | no-such-pager'],
    ['cannot be run', '/etc/passwd'],
  ])('a pager that %s is no error: the text is there', (_, PAGER) => {
    const { exitCode, stdout } = onTerminal(recorded(), ['plan'], { PAGER });
    expect(stdout).toContain('Plan: nothing to do.');
    expect(exitCode).toBe(0);
  });

  test('a pager that reads nothing and fails changes nothing of the exit status', () => {
    const box = recorded();
    expect(onTerminal(box, ['plan'], { PAGER: 'false' }).exitCode).toBe(0);
  });

  test('nor does one that reads all of it, of a run that is refused', () => {
    const box = recorded();
    const pager = pagerIn(box, 'cat > /dev/null');
    expect(onTerminal(box, ['plan', 'nobody-here'], { PAGER: pager }).exitCode).toBe(2);
  });

  test('--no-pager writes straight to it', () => {
    const box = recorded();
    const pager = pagerIn(box, 'touch "$0.ran"');
    expect(onTerminal(box, ['plan', '--no-pager'], { PAGER: pager }).stdout).toContain('Plan: nothing to do.');
    expect(existsSync(`${pager}.ran`)).toBe(false);
  });
});

test('where it is no terminal, nothing is paged', () => {
  const box = recorded();
  const pager = pagerIn(box, 'touch "$0.ran"');
  expect(box.persistIn({ PAGER: pager, TERM: 'xterm' }, 'plan').stdout).toContain('Plan: nothing to do.');
  expect(existsSync(`${pager}.ran`)).toBe(false);
});

function recorded(): Sandbox {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  box.tmux('new-session', '-d', '-s', 'keep', '-c', box.home);
  box.persist('save');
  return box;
}

function pagerIn(box: Sandbox, script: string): string {
  const path = join(box.home, 'pager');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
