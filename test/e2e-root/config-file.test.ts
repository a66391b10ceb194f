import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import { numbersIn, type UnixUser } from '../support/unix-users.ts';
import { sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

test('a configuration file of the user\u2019s is read by the user, not by root', () => {
  const { emo, persist } = host();
  const file = lostServerWith(host(), emo, `run-shell "id -u >>${emo.home}/readers; id -G >>${emo.home}/readers"\n`);
  expect(persist('apply')).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('configuration') });
  expect(emo.tmux('display-message', '-p', '#{config_files}')).toBe(`${file}\n`);
  const readers = (): readonly string[] => emo.run('cat', `${emo.home}/readers`).trim().split('\n');
  waitUntil(() => readers().length === 4, 'what the file notes of its two readers');
  const groups = emo.groups.join(' ');
  expect(readers().map((line) => numbersIn(line).join(' '))).toEqual([`${emo.uid}`, groups, `${emo.uid}`, groups]);
});

test.each([
  ['has another owner by now', ({ anca }: SharedHost, file: string) => chownSync(file, anca.uid, anca.gid)],
  ['can be changed by everybody by now', (_: SharedHost, file: string) => chmodSync(file, 0o666)],
])('a configuration file that %s is not read, and that is said', (_, spoil) => {
  const { emo, persist } = host();
  const file = lostServerWith(host(), emo, 'set -g @of-the-file yes\n');
  spoil(host(), file);
  expect(persist('apply')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(
      `its tmux server has the default configuration, because ${file} can be changed by others`,
    ),
  });
  expect(emo.tmux('show-options', '-gqv', '@of-the-file')).toBe('');
});

/** The file that the user's killed server was started with. */
function lostServerWith({ persist }: SharedHost, user: UnixUser, text: string): string {
  const file = join(user.home, 'own.conf');
  writeFileSync(file, text, { mode: 0o644 });
  chmodSync(file, 0o644);
  chownSync(file, user.uid, user.gid);
  user.run('rm', '-f', join(user.home, 'readers'));
  user.tmux('-f', file, 'new-session', '-d', '-s', 'notes', '-c', user.home);
  expect(persist('save').exitCode).toBe(0);
  user.killServer();
  return file;
}
