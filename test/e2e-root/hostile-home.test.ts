import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { UnixUser } from '../support/unix-users.ts';
import { sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

afterEach(() => {
  const { home, uid, gid } = host().emo;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  chownSync(home, uid, gid);
});

const unusableHomes: readonly (readonly [string, (user: UnixUser) => void])[] = [
  ['nobody may enter', ({ home }) => chmodSync(home, 0o000)],
  ['is missing', ({ home }) => rmSync(home, { recursive: true })],
  ['is a file', ({ home }) => replaceHome(home, () => writeFileSync(home, ''))],
  ['is a link to nowhere', ({ home }) => replaceHome(home, () => symlinkSync('/nowhere', home))],
];

const hostileFiles: readonly (readonly [string, string, string])[] = [
  ['a tmux configuration that cannot be parsed', '.tmux.conf', 'no-such-command "\n'],
  ['a profile that never ends', '.bash_profile', 'sleep 1000\n'],
];

describe('a user whose home', () => {
  test.each(unusableHomes)(
    '%s gets the sessions back where that is possible, and is told where they are',
    (_case, spoil) => {
      const { emo, persist } = lostHost();
      spoil(emo);
      const applied = persist('apply');
      expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
      expect(applied.stdout).toContain(
        `${emo.name}: created notes in ~, shell; it starts in /, because ${emo.home} is missing or closed\n`,
      );
      expect(applied.stdout).toContain(`${emo.name}: created work in /usr, shell\n`);
      expect(emo.tmux('list-panes', '-a', '-F', '#{session_name} #{pane_current_path}')).toBe('notes /\nwork /usr\n');
      expectOthersBack();
    },
  );

  test.each(hostileFiles)('holds %s holds up nobody, not even this user', (_case, file, text) => {
    const { emo, persist } = lostHost();
    writeFileSync(join(emo.home, file), text);
    const before = performance.now();
    expect(persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(performance.now() - before).toBeLessThan(8_000);
    expect(emo.sessions()).toEqual(['notes', 'work']);
    expectOthersBack();
  });

  test('starts a tmux server that dies at once fails with a reason, for this user alone', () => {
    const { emo, persist } = lostHost();
    writeFileSync(join(emo.home, '.tmux.conf'), 'kill-server\n');
    const applied = persist('apply');
    expect(applied).toMatchObject({ exitCode: 1 });
    expect(applied.stdout).toMatch(new RegExp(`^${emo.name}: failed notes: \\S.*$`, 'm'));
    expectOthersBack();
  });
});

function expectOthersBack(): void {
  for (const user of [host().anca, host().wizard]) expect(user.sessions()).toEqual(['notes', 'work']);
}

function replaceHome(home: string, replace: () => void): void {
  rmSync(home, { recursive: true });
  replace();
}

/** Each user ran `notes` in the home and `work` elsewhere, and every server was killed. */
function lostHost(): SharedHost {
  const lost = host();
  const users = [lost.emo, lost.anca, lost.wizard];
  for (const user of users) {
    user.startSession('notes');
    user.tmux('new-session', '-d', '-s', 'work', '-c', '/usr');
  }
  expect(lost.persist('save').exitCode).toBe(0);
  for (const user of users) user.killServer();
  return lost;
}
