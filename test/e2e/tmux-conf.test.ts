import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attachTerminal } from '../support/attached-terminal.ts';
import { binary, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotIds } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

const repository = join(import.meta.dirname, '../..');
const prefix = '\x02';
const [save, restore] = [`${prefix}\x13`, `${prefix}\x12`];

describe('the lines for tmux.conf, in a home with a space and a server without ~/.local/bin in its PATH', () => {
  test('bind keys, also others, and have the status line told by one file', async () => {
    const box = sandbox();
    startServer(box, ['set -g @persist-restore-key R', "set -g status-right ''"]);
    const keys = box.tmux('list-keys', '-T', 'prefix');
    expect(keys).toMatch(/ C-s +run-shell -b .*tmux-persist.* save/);
    expect(keys).toMatch(/ R +run-shell -b .*tmux-persist.* restore/);
    expect(box.tmux('show-environment', '-g', 'PATH')).not.toContain('.local/bin');
    box.persist('save');
    const terminal = attachTerminal(box, 'notes');
    await expect.poll(terminal.shown).toContain('1 ok');
    expect(box.persist('status', '--format', '{live} {lost} {state}').stdout).toBe('1 0 ok\n');
    expect(box.persist('status', '--format', '{dead}').exitCode).toBe(2);
  });

  test('save by a key, and tell it to the terminal in which it was pressed', async () => {
    const box = sandbox();
    startServer(box);
    const [pressed, other] = [attachTerminal(box, 'notes'), attachTerminal(box, 'notes')];
    pressed.type(save);
    await expect.poll(pressed.shown).toContain('tmux-persist: saved');
    expect(snapshotIds(box)).toHaveLength(1);
    expect(other.shown()).not.toContain('tmux-persist: saved');
    expect(modes(box)).toEqual(['notes ']);
  });

  test('restore by a key, and tell it in the pane in which it was pressed', async () => {
    const box = sandbox();
    startServer(box);
    box.tmux('new-session', '-d', '-s', 'another');
    box.tmux('new-session', '-d', '-s', 'lost');
    box.persist('save');
    box.killServer();
    startServer(box);
    box.tmux('new-session', '-d', '-s', 'another');
    const terminal = attachTerminal(box, 'notes');
    terminal.type(restore);
    await expect.poll(() => modes(box)).toEqual(['another ', 'lost ', 'notes view-mode']);
    await expect.poll(terminal.shown).toContain('created lost');
    expect(sessionNames(box)).toEqual(['another', 'lost', 'notes']);
  });

  test('tell in the pane why nothing was saved', async () => {
    const box = sandbox();
    startServer(box);
    writeFileSync(box.rosterPath, 'users: [\n');
    box.tmux('new-session', '-d', '-s', 'another');
    const terminal = attachTerminal(box, 'notes');
    terminal.type(save);
    await expect.poll(() => modes(box)).toEqual(['another ', 'notes view-mode']);
    await expect.poll(terminal.shown).toContain('roster.yaml');
    expect(terminal.shown()).not.toMatch(/returned \d|saved/);
  });

  test('tell by the key that the program is not installed, and work once it is', async () => {
    const box = sandbox();
    startServer(box, [], 'without the program');
    const terminal = attachTerminal(box, 'notes');
    terminal.type(save);
    await expect.poll(terminal.shown).toContain('tmux-persist is not installed: docs/install.md tells how');
    terminal.type('q');
    await expect.poll(() => modes(box)).toEqual(['notes ']);
    placeProgram(box);
    terminal.type(save);
    await expect.poll(() => snapshotIds(box)).toHaveLength(1);
  });
});

describe('a status line', () => {
  test('reads no roster for oneself, nor for somebody with a record', () => {
    const box = sandbox();
    const brokenRoster = { TMUX_PERSIST_ROSTER: join(box.home, 'no such roster') };
    const line = (...words: readonly string[]): string => {
      const { exitCode, stdout, stderr } = box.persistIn(
        brokenRoster,
        'status',
        ...words,
        '--format',
        '{live} {state}',
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout;
    };
    expect(line()).toBe('0 never\n');
    expect(line(box.user)).toBe('0 never\n');
    box.tmux('new-session', '-d', '-s', 'notes');
    box.persist('save');
    renameSync(join(box.stateDirectory, 'users', box.user), join(box.stateDirectory, 'users/somebody'));
    expect(line('somebody')).toBe('1 ok\n');
  });

  test('is refused for a user whom nobody knows, with the nearest one, and not for one without a record', () => {
    const box = sandbox({ roster: 'users: {nobody: {}}\n' });
    expect(box.persist('status', 'nobodyx', '--format', '{live} {state}')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `tmux-persist: user "nobodyx" is neither in the roster nor in ${box.stateDirectory}; did you mean nobody?\n`,
    });
    const known = box.persist('status', '--user', 'nobody', '--format', '{live} {state}');
    expect(known).toEqual({ exitCode: 0, stdout: '0 never\n', stderr: '' });
  });
});

/** Starts a server with the documented lines behind others. */
function startServer(box: Sandbox, lines: readonly string[] = [], program?: 'without the program'): void {
  const home = homeOf(box);
  mkdirSync(join(home, '.local/lib/tmux-persist'), { recursive: true });
  copyFileSync(join(repository, 'tmux-persist.tmux'), join(home, '.local/lib/tmux-persist/tmux-persist.tmux'));
  if (program === undefined) placeProgram(box);
  writeFileSync(join(home, '.tmux.conf'), [...lines, documentedLines(), ''].join('\n'));
  const env = { HOME: home, PATH: box.env['PATH'], TMUX_TMPDIR: box.home, LANG: 'C.UTF-8', SHELL: '/bin/sh' };
  execFileSync('tmux', ['new-session', '-d', '-s', 'notes', '-c', '/'], { env, cwd: '/' });
}

function homeOf({ home }: Sandbox): string {
  return join(home, 'h17 bob');
}

/** What `install --user` has in ~/.local/bin, for the records and the servers of the sandbox. */
function placeProgram(box: Sandbox): void {
  const bin = join(homeOf(box), '.local/bin');
  mkdirSync(bin, { recursive: true });
  const exports = Object.entries(box.env).flatMap(([name, value]) =>
    value === undefined ? [] : `export ${name}='${value}'`,
  );
  const text = `#!/bin/sh\n${exports.join('\n')}\nexec '${process.execPath}' '${binary}' "$@"\n`;
  writeFileSync(join(bin, 'tmux-persist'), text, { mode: 0o755 });
}

function documentedLines(): string {
  const text = readFileSync(join(repository, 'docs/install.md'), 'utf8');
  const [, lines = ''] = /### In tmux\.conf\n+```tmux\n([^]*?)```/.exec(text) ?? [];
  expect(lines).not.toBe('');
  return lines;
}

/** Each pane, by its session, with its mode. */
function modes(box: Sandbox): readonly string[] {
  return box
    .tmux('list-panes', '-a', '-F', '#{session_name} #{pane_mode}')
    .trimEnd()
    .split('\n')
    .map((line) => (line.includes(' ') ? line : `${line} `));
}
