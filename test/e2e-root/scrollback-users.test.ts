import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { rosterOf, sharedHost } from './shared-host.ts';

const host = sharedHost();

test('root keeps the screens and the programs of each user, gives them back, and shows them to nobody else', async () => {
  const { emo, anca, persist, stateDirectory, writeRoster } = host();
  writeRoster(`persist: { scrollback: 200 }\n${rosterOf(emo, anca)}`);
  for (const user of [emo, anca]) {
    user.startSession('notes');
    typed(user, `echo words of $(id -un); tail -f /dev/null`);
    waitUntil(() => shown(user).includes(`\nwords of ${user.name}\n`), `the words of ${user.name}`);
    await expect.poll(() => foreground(user)).toBe('tail');
  }
  expect(persist('save')).toMatchObject({ exitCode: 0, stderr: '' });
  for (const user of [emo, anca]) user.killServer();
  expect(persist('apply', '--no-units')).toMatchObject({ exitCode: 0, stderr: '' });
  for (const user of [emo, anca]) {
    await expect.poll(() => shown(user)).toContain(`\nwords of ${user.name}\n`);
    await expect.poll(() => foreground(user)).toBe('tail');
  }
  expect(shown(emo)).not.toContain(`words of ${anca.name}\n`);

  const kept = join(stateDirectory, 'users', emo.name, 'scrollback');
  const handed = join(stateDirectory, 'shown');
  expect(statSync(kept).mode & 0o7).toBe(0);
  const own = readdirSync(handed).filter((name) => name.startsWith(`${emo.name}.`));
  expect(own).toHaveLength(1);
  const path = join(handed, own[0] ?? '');
  expect(emo.run('cat', path)).toBe(readFileSync(path, 'utf8'));
  expect(() => anca.run('cat', path)).toThrow(/[Pp]ermission denied/);
  expect(() => emo.run('ls', handed)).toThrow(/[Pp]ermission denied/);
});

function typed(user: UnixUser, line: string): void {
  user.tmux('send-keys', '-t', '=notes:', line, 'Enter');
}

function shown(user: UnixUser): string {
  return user.tmux('capture-pane', '-p', '-S', '-', '-t', '=notes:');
}

function foreground(user: UnixUser): string {
  return user.tmux('display-message', '-p', '-t', '=notes:', '#{pane_current_command}').trim();
}
