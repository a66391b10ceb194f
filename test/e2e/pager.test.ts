import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shellQuote } from '../../src/core/own-command.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { binary, sandbox, type Sandbox } from '../support/persist-sandbox.ts';

describe('on a terminal', { timeout: 60_000 }, () => {
  test.each(['plan', 'status', 'history', 'snapshots USER', 'show USER', 'diff USER'])('%s is paged', (command) => {
    const box = recorded();
    const pager = pagerIn(box, 'cat > "$0.text"; printf %s "$LESS" > "$0.less"');
    expect(onTerminal(box, command, { PAGER: pager, LESS: undefined })).toEqual({ exitCode: '0', screen: '' });
    expect(readFileSync(`${pager}.text`, 'utf8')).not.toBe('');
    expect(readFileSync(`${pager}.less`, 'utf8')).toBe('FRX');
  });

  test('save is not', () => {
    const box = recorded();
    const pager = pagerIn(box, 'touch "$0.ran"');
    expect(onTerminal(box, 'save', { PAGER: pager }).screen).toContain('unchanged');
    expect(existsSync(`${pager}.ran`)).toBe(false);
  });

  test.each([
    ['is missing', 'no-such-pager'],
    ['is missing, as its shell finds', 'no-such-pager | no-such-pager'],
    ['cannot be run', '/etc/passwd'],
  ])('a pager that %s is no error: the text is there', (_, PAGER) => {
    const { exitCode, screen } = onTerminal(recorded(), 'plan', { PAGER });
    expect(screen).toContain('Plan: nothing to do.');
    expect(exitCode).toBe('0');
  });

  test('a pager that reads nothing and fails changes nothing of the exit status', () => {
    const box = recorded();
    expect(onTerminal(box, 'plan', { PAGER: 'false' }).exitCode).toBe('0');
  });

  test('nor does one that reads all of it, of a run that is refused', () => {
    const box = recorded();
    const pager = pagerIn(box, 'cat > /dev/null');
    expect(onTerminal(box, 'plan nobody-here', { PAGER: pager }).exitCode).toBe('2');
  });

  test('--no-pager writes straight to it', () => {
    const box = recorded();
    const pager = pagerIn(box, 'touch "$0.ran"');
    expect(onTerminal(box, 'plan --no-pager', { PAGER: pager }).screen).toContain('Plan: nothing to do.');
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

/** Runs a command in a pane of its own tmux server, and returns what stands there in the end. */
function onTerminal(box: Sandbox, command: string, env: Record<string, string | undefined>): Shown {
  const [path, screen] = [join(box.home, 'exit-code'), join(box.home, 'screen')];
  const variables = Object.entries({ ...box.env, TERM: 'screen', NO_COLOR: '1', ...env });
  const settings = variables.flatMap(([name, value]) => (value === undefined ? [] : [shellQuote(`${name}=${value}`)]));
  const line = `${process.execPath} ${binary} ${command.replace('USER', box.user)}`;
  const script = `env -i ${settings.join(' ')} ${line}; echo $? > ${path}.part; mv ${path}.part ${path}; sleep 60`;
  box.tmux('-L', 'screen', 'new-session', '-d', '-x', '100', '-y', '30', script);
  waitUntil(() => existsSync(path), 'the end of the command', 20_000);
  writeFileSync(screen, box.tmux('-L', 'screen', 'capture-pane', '-p'));
  box.tmux('-L', 'screen', 'kill-server');
  return { exitCode: readFileSync(path, 'utf8').trim(), screen: readFileSync(screen, 'utf8').trim() };
}

interface Shown {
  readonly exitCode: string;
  readonly screen: string;
}
