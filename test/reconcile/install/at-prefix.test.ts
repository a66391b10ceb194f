import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atPrefix } from '../../../src/reconcile/install/at-prefix.ts';

const repository = join(import.meta.dirname, '../../..');

test.each([
  [
    'ExecStart=/usr/local/lib/tmux-persist/bin/tmux-persist watch',
    'ExecStart=/usr/lib/tmux-persist/bin/tmux-persist watch',
  ],
  // systemd.service(5): the dash is no part of the path.
  [
    'ExecStart=-/usr/local/lib/tmux-persist/bin/tmux-restore-user --ask',
    'ExecStart=-/usr/lib/tmux-persist/bin/tmux-restore-user --ask',
  ],
  ['command=/usr/local/lib/tmux-persist\n', 'command=/usr/lib/tmux-persist\n'],
  ['sudo -n /usr/local/bin/tmux-restore-user USER', 'sudo -n /usr/bin/tmux-restore-user USER'],
  [
    '/usr/local/bin/tmux-persist-forget, /usr/local/bin/tmux-persist.',
    '/usr/bin/tmux-persist-forget, /usr/bin/tmux-persist.',
  ],
  ["exec '/usr/local/lib/tmux-persist/dist/bin.js'", "exec '/usr/lib/tmux-persist/dist/bin.js'"],
  ['edit /usr/local/lib/systemd/system/x.timer', 'edit /usr/lib/systemd/system/x.timer'],
])('%j names its own path below another prefix', (text, expected) => {
  expect(atPrefix(text, '/usr')).toBe(expected);
  expect(atPrefix(text, '/usr/local')).toBe(text);
});

test.each([
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'ReadOnlyPaths=/usr/bin /usr/lib /usr/local /usr/share',
  '/srv/usr/local/lib/tmux-persist',
  '/usr/local/lib/tmux-persistent',
  '/usr/local/bin/tmux-persist-web',
  '/usr/local/bin/node',
  '/usr/local/share/man/man1',
  '%h/.local/lib/tmux-persist/bin/tmux-persist',
  '/var/lib/tmux-persist',
])('%j is not its own path, and stays', (text) => {
  expect(atPrefix(text, '/usr')).toBe(text);
});

test('a prefix is taken as it is', () => {
  expect(atPrefix('/usr/local/lib/tmux-persist/x', "/opt/$& $1 $'")).toBe("/opt/$& $1 $'/lib/tmux-persist/x");
});

test('nothing that is installed names this program below /usr/local any more', () => {
  const names = ['sudo', 'systemd'].flatMap((directory) =>
    readdirSync(join(repository, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    const text = atPrefix(readFileSync(name, 'utf8'), '/usr');
    expect(text).not.toMatch(/\/usr\/local\/[\w/.-]*tmux/);
  }
});
