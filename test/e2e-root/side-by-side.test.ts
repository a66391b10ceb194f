import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { plannedFor, rosterOf, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

describe('saving three users side by side', () => {
  test('keeps the record of each in a directory of its own, which that user alone can read', () => {
    const { emo, anca, wizard, persist, stateDirectory } = startedHost();
    expect(persist('save')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(
        new RegExp(`^${[emo, anca, wizard].map(({ name }) => `${name}: saved \\d{8}T\\d{6}, 2 live\\n`).join('')}$`),
      ),
    });

    for (const { name, gid } of [emo, anca, wizard]) {
      expect(rightsBelow(join(stateDirectory, 'users', name))).toEqual([
        `. 0750 0:${gid}`,
        `last-save.json 0640 0:${gid}`,
        `snapshots 0750 0:${gid}`,
        `snapshots/SNAPSHOT.json 0640 0:${gid}`,
      ]);
    }
    expect(rightsOf(stateDirectory, '.')).toBe('. 0755 0:0');
    expect(rightsOf(stateDirectory, 'users')).toBe('users 0755 0:0');
    expect(rightsOf(stateDirectory, `${emo.name}.tsv`)).toBe(`${emo.name}.tsv 0600 0:0`);
    expect(rightsBelow(join(stateDirectory, 'lock'))).toEqual([
      '. 0700 0:0',
      ...[emo, anca, wizard].map(({ name }) => `${name}.lock 0600 0:0`).toSorted(),
    ]);

    const own = snapshotFileOf(stateDirectory, emo.name);
    expect(emo.run('cat', own)).toContain(`"user": "${emo.name}"`);
    expect(() => anca.run('cat', own)).toThrow('Permission denied');
    expect(() => emo.run('cat', join(stateDirectory, `${emo.name}.tsv`))).toThrow('Permission denied');
    expect(() => emo.run('touch', join(stateDirectory, 'users', emo.name, 'mine'))).toThrow('Permission denied');
  });

  test('names of the same sound are nobody else’s: each user gets back what was theirs', () => {
    const { emo, anca, persist } = startedHost();
    emo.tmux('new-session', '-d', '-s', 'only emo', '-c', '/usr');
    persist('save');
    emo.killServer();
    anca.killServer();
    expect(persist('apply').exitCode).toBe(0);
    expect(emo.sessions()).toEqual(['notes', 'only emo', 'work']);
    expect(anca.sessions()).toEqual(['notes', 'work']);
    expect(emo.tmux('display-message', '-p', '-t', '=notes:', '#{pane_current_path}').trim()).toBe(emo.home);
    expect(anca.tmux('display-message', '-p', '-t', '=notes:', '#{pane_current_path}').trim()).toBe(anca.home);
  });
});

describe('the tmux server of one user is killed', () => {
  test('the plan is about that user only, and applying it leaves the others as they are', () => {
    const { emo, anca, wizard, persist, plan } = startedHost();
    persist('save');
    emo.killServer();
    expect(plannedFor(plan())).toEqual([
      `${emo.name}: create notes (server-died)`,
      `${emo.name}: create work (server-died)`,
      ...[anca, wizard].flatMap(({ name }) => [`${name}: live notes`, `${name}: live work`]),
    ]);

    const others = [anca, wizard].map((user) => worldOf(user));
    expect(persist('apply')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringContaining('Applied: 2 created, 0 failed; 0 held, 4 live.\n'),
    });
    expect(emo.sessions()).toEqual(['notes', 'work']);
    expect([anca, wizard].map((user) => worldOf(user))).toEqual(others);
    expect(persist('plan', '--exit-code').exitCode).toBe(0);
  });
});

describe('restore', () => {
  test('with a user brings back that user’s sessions only', () => {
    const { emo, anca, wizard, persist } = startedHost();
    persist('save');
    for (const user of [emo, anca, wizard]) user.killServer();
    expect(persist('restore', emo.name)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(emo.sessions()).toEqual(['notes', 'work']);
    expect([anca.serverPid(), wizard.serverPid()]).toEqual([null, null]);
  });

  test('without a user brings back those of every user, also of servers that were stopped in an orderly way', () => {
    const { emo, anca, wizard, persist } = startedHost();
    persist('save');
    emo.killServer();
    anca.killServer();
    stopServer(wizard);
    expect(persist('apply').stdout).toContain('Applied: 4 created, 0 failed; 2 held, 0 live.\n');
    expect(wizard.serverPid()).toBeNull();
    expect(persist('restore')).toMatchObject({ exitCode: 0, stderr: '' });
    for (const user of [emo, anca, wizard]) expect(user.sessions()).toEqual(['notes', 'work']);
  });

  test.each([
    ['that the roster does not list', 'nobody-we-know', 'user "nobody-we-know" is not in the roster'],
    ['that is empty', '', 'an argument is empty'],
    ['that is root', 'root', 'user "root" is not in the roster'],
  ])('with a user %s exits 2 and restores nobody', (_case, user, words) => {
    const { emo, anca, wizard, persist } = startedHost();
    persist('save');
    for (const one of [emo, anca, wizard]) one.killServer();
    expect(persist('restore', user)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect([emo, anca, wizard].map((one) => one.serverPid())).toEqual([null, null, null]);
  });

  test('with a user who has an account but is not in the roster exits 2', () => {
    const { emo, anca, wizard, persist, writeRoster } = startedHost();
    writeRoster(rosterOf(emo, anca));
    expect(persist('restore', wizard.name)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`user "${wizard.name}" is not in the roster`),
    });
  });
});

/** Each user runs `notes` and `work`. */
function startedHost(): SharedHost {
  const started = host();
  for (const user of [started.emo, started.anca, started.wizard]) {
    user.startSession('notes');
    user.startSession('work');
  }
  return started;
}

/** An orderly end. tmux 3.3a leaves its socket file behind even then, so the test takes it away. */
function stopServer({ tmux, serverPid, socketPath }: UnixUser): void {
  tmux('kill-server');
  waitUntil(() => serverPid() === null, 'the end of the server');
  rmSync(socketPath, { force: true });
}

/** What must not change: the server, its sessions, and the processes of their panes. */
function worldOf({ serverPid, tmux }: UnixUser): readonly unknown[] {
  return [serverPid(), tmux('list-panes', '-a', '-F', '#{session_id} #{session_name} #{pane_id} #{pane_pid}')];
}

function snapshotFileOf(stateDirectory: string, user: string): string {
  const directory = join(stateDirectory, 'users', user, 'snapshots');
  const [name] = readdirSync(directory);
  if (name === undefined) throw new Error(`no snapshot of ${user}`);
  return join(directory, name);
}

/** Mode and owner of a directory and of everything in it, sorted by path. */
function rightsBelow(directory: string): readonly string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return ['.', ...paths.toSorted()].map((path) => rightsOf(directory, path));
}

function rightsOf(directory: string, path: string): string {
  const { mode, uid, gid } = lstatSync(join(directory, path));
  const shown = path.replace(/\d{8}T\d{6}(?!\d)/, 'SNAPSHOT');
  return `${shown} ${(mode & 0o7777).toString(8).padStart(4, '0')} ${uid}:${gid}`;
}
