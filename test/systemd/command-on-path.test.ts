import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localInstallation } from '../../src/systemd/installation.ts';
import { strangeCommand } from '../../src/systemd/command-on-path.ts';

const { launcher } = localInstallation;
const ours = '#!/bin/sh\n# Managed by tmux-persist\nexec node\n';

test("root's command is no finding when it is the installed program", () => {
  const { path, write } = rootPath();
  write('local', ours);
  write('usr', '#!/bin/sh\necho another\n');
  expect(strangeCommand(localInstallation, path)).toBeNull();
});

test.each([
  ['another program', '#!/bin/sh\necho another\n'],
  ['one that only talks of ours', '#!/bin/sh\n# Not Managed by tmux-persist\n'],
  ['an empty file', ''],
])('root who would run %s hears where ours is, and how it comes back', (_, text) => {
  const { path, write } = rootPath();
  write('usr', ours);
  const file = write('local', text);
  const told = strangeCommand(localInstallation, path);
  expect(told?.message).toContain(`${file} is not this program; `);
  expect(told?.message).toContain(`call ${launcher}`);
  expect(told?.mend).toBe(`install --backup=numbered ${launcher} ${file}`);
});

test('root who would run nothing hears it, too', () => {
  expect(strangeCommand(localInstallation, rootPath().path)).toMatchObject({
    message: expect.stringContaining('no tmux-persist is on the PATH of root'),
    mend: `install --backup=numbered ${launcher} /usr/local/bin/tmux-persist`,
  });
});

test('root whose PATH does not lead to the command of a prefix hears what to call', () => {
  const { path, write } = rootPath();
  const command = write('usr', ours);
  const told = strangeCommand({ launcher, command }, join(path, 'elsewhere'));
  expect(told?.message).toContain(`call ${command}, or`);
  expect(told?.mend).toBeNull();
});

function rootPath(): { readonly path: string; readonly write: (name: 'local' | 'usr', text: string) => string } {
  const directory = mkdtempSync(join(tmpdir(), 'path-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const places = ['local', 'usr'].map((name) => join(directory, name));
  for (const place of places) mkdirSync(place);
  const write = (name: 'local' | 'usr', text: string): string => {
    const file = join(directory, name, 'tmux-persist');
    writeFileSync(file, text, { mode: 0o755 });
    return file;
  };
  return { path: places.join(':'), write };
}
