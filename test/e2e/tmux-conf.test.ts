import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { binary, sandbox } from '../support/persist-sandbox.ts';
import { snapshotIds } from '../support/stored-record.ts';

const entry = join(import.meta.dirname, '../../tmux-persist.tmux');

test('the entry for tmux.conf binds keys that save and restore, and the status line is told by one file', () => {
  const box = sandbox();
  const bin = box.directory('.local', '.local/bin');
  const exports = Object.entries(box.env).flatMap(([name, value]) =>
    value === undefined ? [] : `export ${name}='${value}'`,
  );
  writeFileSync(
    join(bin, 'tmux-persist'),
    `#!/bin/sh\n${exports.join('\n')}\nexec '${process.execPath}' '${binary}' "$@"\n`,
    { mode: 0o755 },
  );
  box.tmux('new-session', '-d', '-s', 'notes');
  box.tmux('set-option', '-g', '@persist-restore-key', 'R');
  box.tmux('run-shell', `HOME='${box.home}' PATH=/usr/bin:/bin '${entry}'`);
  const keys = box.tmux('list-keys', '-T', 'prefix');
  expect(keys).toMatch(/ C-s +run-shell -b .*tmux-persist.* save/);
  expect(keys).toMatch(/ R +run-shell -b .*tmux-persist.* restore/);

  const [, bound = ''] = / C-s +run-shell -b "(.*)"$/m.exec(keys) ?? [];
  expect(box.tmux('run-shell', bound)).not.toContain('saved 2');
  expect(snapshotIds(box)).toHaveLength(1);
  const line = box.persist('status', '--format', '{live} {lost} {state}');
  expect(line).toEqual({ exitCode: 0, stdout: '1 0 ok\n', stderr: '' });
  expect(box.persist('status', '--format', '{dead}').exitCode).toBe(2);
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
