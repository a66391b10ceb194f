import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
