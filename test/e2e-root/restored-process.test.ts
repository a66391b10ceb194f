import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFakeClaude } from '../support/fake-claude.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { processesOf, readProcFile } from '../support/unix-processes.ts';
import { numbersIn, type UnixUser } from '../support/unix-users.ts';
import { sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

/** What root's own environment may hold, and what no user's may. */
const rootsOwn = {
  CANARY_OF_ROOT: 'a secret of root',
  SUDO_USER: 'administrator',
  SUDO_UID: '0',
  SUDO_COMMAND: '/usr/bin/tmux-persist apply',
  TMUX: '/tmp/tmux-0/default,1,0',
  TMUX_PANE: '%0',
  TMUX_TMPDIR: '/root',
  NODE_OPTIONS: '--no-deprecation',
  CLAUDECODE: '1',
  XDG_RUNTIME_DIR: '/run/user/0',
  XDG_STATE_HOME: '/root/.local/state',
  LD_LIBRARY_PATH: '/root/lib',
  BASH_ENV: '/root/bash_env',
  MAIL: '/var/mail/root',
  LC_ALL: 'C',
  LANG: 'C',
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/sh',
};

describe('the panes that root brings back for a user', () => {
  test('run as the user, with all of the user’s groups and none of root’s', () => {
    const { emo, anca } = restoredHost();
    for (const user of [emo, anca]) {
      const ids = [serverOf(user), ...panePids(user)].map(credentialsOf);
      expect(ids).toHaveLength(4);
      for (const id of ids) {
        expect(id).toEqual({ uids: Array(4).fill(user.uid), gids: Array(4).fill(user.gid), groups: user.groups });
      }
      expect(user.groups).toHaveLength(2);
    }
  });

  test('know the user’s home, name, shell and a UTF-8 locale, and nothing of root’s environment', () => {
    const { emo } = restoredHost();
    for (const pid of panePids(emo)) expect(inheritedEnvironmentOf(pid)).toEqual(ownEnvironmentOf(emo));
    // By the mark a server knows who started it; it hands it on to nobody.
    const { TMUX_PERSIST_START: mark, ...others } = inheritedEnvironmentOf(serverOf(emo));
    expect(mark).toMatch(/^[0-9a-f]{16}$/);
    expect(others).toEqual(ownEnvironmentOf(emo));
  });

  test('are the same where a session is added to a server that runs', () => {
    const { emo, persistIn } = startedHost();
    emo.tmux('kill-session', '-t', '=work');
    const before = panePids(emo);
    expect(persistIn(rootsOwn, 'apply', '--session', 'work', '--user', emo.name)).toMatchObject({ exitCode: 0 });
    const added = panePids(emo).filter((pid) => !before.includes(pid));
    expect(added).toHaveLength(2);
    for (const pid of added) {
      expect(inheritedEnvironmentOf(pid)).toEqual(ownEnvironmentOf(emo));
      expect(credentialsOf(pid).groups).toEqual(emo.groups);
    }
  });

  test('start an agent with the PATH of the user’s own profile, and nothing of root’s', () => {
    const { emo, persist, persistIn } = host();
    const id = '2e570ed0-0000-4000-8000-000000000001';
    writeFakeClaude(emo.home);
    emo.startSession('ai', join(emo.home, 'bin/claude'), '--session-id', id);
    persist('save');
    emo.killServer();
    expect(persistIn(rootsOwn, 'apply')).toMatchObject({ exitCode: 0, stderr: '' });
    const [agent] = agentsOf(emo, id);
    expect(credentialsOf(agent ?? 0).groups).toEqual(emo.groups);
    const environment = environmentOf(agent ?? 0);
    expect(environment).toMatchObject({ HOME: emo.home, USER: emo.name, LANG: 'C.UTF-8' });
    expect(environment['PATH']).toMatch(new RegExp(`^${emo.home}/bin:`));
    expect(JSON.stringify(environment)).not.toMatch(/CANARY|SUDO|CLAUDECODE|NODE_|\/root/);
  });

  test('belong to a server of the user’s own configuration, which the user reads, not root', () => {
    const { emo, persist } = startedHost();
    writeFileSync(join(emo.home, '.tmux.conf'), 'set -g base-index 1\nrun-shell "id -u > $HOME/whoami"\n');
    emo.killServer();
    expect(persist('apply').exitCode).toBe(0);
    waitUntil(() => readHomeFile(emo, 'whoami') !== '', 'the configuration to be read');
    expect(readHomeFile(emo, 'whoami')).toBe(`${emo.uid}\n`);
    expect(emo.tmux('show-options', '-gv', 'base-index')).toBe('1\n');
    expect(emo.sessions()).toEqual(['notes', 'work']);
  });

  test('keep to the directories that the user may enter, by whatever group', () => {
    const { emo, anca, wizard, persist, directory } = host();
    const shared = join(directory, 'of-the-extra-group');
    const extra = emo.groups.find((gid) => gid !== emo.gid) ?? 0;
    makeDirectory(shared, extra);
    for (const user of [emo, anca, wizard]) user.tmux('new-session', '-d', '-s', 'shared', '-c', shared);
    persist('save');
    for (const user of [emo, anca]) user.killServer();
    expect(persist('apply', '--user', emo.name).exitCode).toBe(0);
    expect(emo.tmux('display-message', '-p', '-t', '=shared:', '#{pane_current_path}')).toBe(`${shared}\n`);

    chmodSync(shared, 0o700);
    expect(persist('apply', '--user', anca.name).stdout).toContain(`because ${shared} is missing or closed`);
    expect(anca.tmux('display-message', '-p', '-t', '=shared:', '#{pane_current_path}')).toBe(`${anca.home}\n`);
  });
});

/** Emo and Anca run a session of one window and one of two. */
function startedHost(): SharedHost {
  const started = host();
  for (const user of [started.emo, started.anca]) {
    user.startSession('notes');
    user.startSession('work');
    user.tmux('new-window', '-d', '-t', '=work:', '-c', '/usr');
  }
  started.persist('save');
  return started;
}

/** Their servers were killed, and root brought everything back. */
function restoredHost(): SharedHost {
  const restored = startedHost();
  const { emo, anca, persistIn } = restored;
  for (const user of [emo, anca]) user.killServer();
  expect(persistIn(rootsOwn, 'apply')).toMatchObject({ exitCode: 0, stderr: '' });
  return restored;
}

function serverOf({ name, serverPid }: UnixUser): number {
  const pid = serverPid();
  if (pid === null) throw new Error(`${name} runs no tmux server`);
  return pid;
}

function panePids({ tmux }: UnixUser): readonly number[] {
  return numbersIn(tmux('list-panes', '-a', '-F', '#{pane_pid}'));
}

/** Real, effective, saved and file system ids of a process, and its supplementary groups. */
function credentialsOf(pid: number) {
  const status = readProcFile(pid, 'status') ?? '';
  const idsOf = (key: string): readonly number[] => numbersIn(new RegExp(`^${key}:(.*)$`, 'm').exec(status)?.[1] ?? '');
  return { uids: idsOf('Uid'), gids: idsOf('Gid'), groups: idsOf('Groups') };
}

/** What a process of the user has in its environment, apart from what tmux and the shell put there. */
function ownEnvironmentOf({ name, home }: UnixUser): Readonly<Record<string, string>> {
  const path = '/usr/local/bin:/usr/bin:/bin';
  return { HOME: home, LANG: 'C.UTF-8', LOGNAME: name, PATH: path, SHELL: '/bin/bash', USER: name };
}

const ofTmux = new Set(['TERM', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION', 'TMUX', 'TMUX_PANE', 'PWD', 'SHLVL', '_']);

function inheritedEnvironmentOf(pid: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environmentOf(pid)).filter(([key]) => !ofTmux.has(key)));
}

function environmentOf(pid: number): Readonly<Record<string, string>> {
  const lines = (readProcFile(pid, 'environ') ?? '').split('\0').slice(0, -1);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function agentsOf({ uid }: UnixUser, id: string): readonly number[] {
  return processesOf(uid).filter((pid) => {
    const argv = (readProcFile(pid, 'cmdline') ?? '').split('\0');
    return argv[1]?.endsWith('/claude') === true && argv.includes(id);
  });
}

function readHomeFile({ home }: UnixUser, name: string): string {
  const path = join(home, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** A directory of root that only the members of a group may enter. */
function makeDirectory(path: string, gid: number): void {
  mkdirSync(path);
  chownSync(path, 0, gid);
  chmodSync(path, 0o750);
}
