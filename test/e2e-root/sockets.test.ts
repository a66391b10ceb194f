import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PersistResult } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { sharedHost } from './shared-host.ts';

const host = sharedHost();

describe('root, for several users', () => {
  test('finds every server of each, and records those that the roster names', () => {
    const { emo, anca } = host();
    start(emo, ['-L', 'default'], 'notes');
    start(emo, ['-S', join(emo.home, 'default')], 'api');
    start(emo, ['-L', 'private'], 'secret');
    start(anca, ['-S', join(anca.home, 'work')], 'mine');
    expect(persist('save').stdout).toContain(`${emo.name}: saved`);
    expect(recorded(emo)).toEqual([`${emo.home}/default:api`, 'notes']);
    expect(recorded(anca)).toEqual([]);
    const { stdout } = persist('status');
    expect(stdout).toContain(`the tmux server on /tmp/tmux-${emo.uid}/private, process`);
    expect(stdout).toContain(`the tmux server on ${anca.home}/work, process`);
  });

  test('follows the settings of each user', () => {
    const { emo, anca, writeRoster } = host();
    writeRoster(`persist: { sockets: [work] }\nusers:\n  ${emo.name}:\n  ${anca.name}: { persist: { sockets: [] } }\n`);
    for (const user of [emo, anca]) start(user, ['-S', join(user.home, 'work')], 'mine');
    persist('save');
    expect(recorded(emo)).toEqual([`${emo.home}/work:mine`]);
    expect(recorded(anca)).toEqual([]);
  });

  test('brings sessions back on their own sockets, with the credentials of their user', () => {
    const { emo } = host();
    const socket = join(emo.home, 'default');
    start(emo, ['-S', socket], 'api');
    start(emo, ['-L', 'default'], 'notes');
    persist('save');
    kill(emo, ['-S', socket]);
    const applied = persist('apply', '--no-units');
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(sessionsOn(emo, ['-S', socket])).toEqual(['api']);
    expect(sessionsOn(emo, ['-L', 'default'])).toEqual(['notes']);
    expect(emo.run('tmux', '-S', socket, 'display-message', '-p', '#{uid}').trim()).toBe(String(emo.uid));
  });
});

describe('root is led nowhere', () => {
  test('by a link in the path of a socket: the server is named, and out of reach', () => {
    const { emo } = host();
    const real = directoryOf(emo, 'real');
    start(emo, ['-S', join(real, 'default')], 'api');
    renameSync(real, `${real}.moved`);
    emo.run('ln', '-s', `${real}.moved`, real);
    start(emo, ['-L', 'default'], 'notes');
    expect(persist('save').exitCode).toBe(0);
    expect(recorded(emo)).toEqual(['notes']);
    expect(persist('status').stdout).toContain(`is out of reach (root does not follow the link ${real})`);
  });

  test('by a link that root made: it is followed', () => {
    const { emo } = host();
    const real = directoryOf(emo, 'linked');
    const link = join('/tmp', `${emo.name}-link`);
    symlinkSync(real, link);
    onTestFinished(() => unlinkSync(link));
    start(emo, ['-S', join(link, 'default')], 'api');
    expect(persist('save').exitCode).toBe(0);
    expect(recorded(emo)).toEqual([`${link}/default:api`]);
  });

  test('by the socket of another user at the recorded path', () => {
    const { emo, anca } = host();
    const shared = directoryOf(emo, 'shared');
    emo.run('chmod', '777', shared, emo.home);
    const socket = join(shared, 'default');
    start(emo, ['-S', socket], 'api');
    start(emo, ['-L', 'default'], 'notes');
    persist('save');
    kill(emo, ['-S', socket]);
    emo.run('rm', '-f', socket);
    start(anca, ['-S', socket], 'trap');
    const applied = persist('apply', '--user', emo.name, '--no-units', '--include', 'server-stopped');
    expect(applied.stdout).not.toContain('created api');
    expect(sessionsOn(anca, ['-S', socket])).toEqual(['trap']);
  });

  test('by a program that only calls itself a tmux server', () => {
    const { emo } = host();
    start(emo, ['-L', 'default'], 'notes');
    const poser = ['-e', `$0 = 'tmux: server'; open(my $f, '>', '${emo.home}/up'); sleep 60`] as const;
    const child = spawn('runuser', ['-u', emo.name, '--', 'perl', ...poser], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    waitUntil(() => existsSync(join(emo.home, 'up')), 'the poser');
    expect(persist('save').exitCode).toBe(0);
    expect(recorded(emo)).toEqual(['notes']);
  });
});

describe('a server in another mount namespace', () => {
  test('is said to be out of reach, and does not hide that the default server is gone', () => {
    const { emo } = host();
    start(emo, ['-L', 'default'], 'notes');
    persist('save');
    kill(emo, ['-L', 'default']);
    const command = `mount -t tmpfs none /tmp && exec runuser -u ${emo.name} -- tmux -f /dev/null new-session -d -s inside`;
    const child = spawn('unshare', ['--mount', 'sh', '-c', command], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], HOME: emo.home, LANG: 'C.UTF-8', SHELL: '/bin/sh' },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    waitUntil(() => emo.serverPid() !== null, 'the server inside');
    const status = persist('status');
    expect(status.stdout).toContain('is out of reach (it runs in another mount namespace, such as a container)');
    expect(status.exitCode).toBe(0);
    expect(persist('plan', '--no-units').stdout).toContain('+ notes');
  });
});

/** Root looks at all servers, for the users of the roster. */
function persist(...args: readonly string[]): PersistResult {
  return host().persistIn({ TMUX_PERSIST_SOCKET_NAME: undefined }, ...args);
}

function start(user: UnixUser, server: readonly string[], session: string): void {
  user.run('tmux', '-u', '-f', '/dev/null', ...server, 'new-session', '-d', '-s', session, '-c', user.home);
}

function sessionsOn(user: UnixUser, server: readonly string[]): readonly string[] {
  return user
    .run('tmux', '-u', ...server, 'list-sessions', '-F', '#{session_name}')
    .split('\n')
    .slice(0, -1)
    .toSorted();
}

function kill(user: UnixUser, server: readonly string[]): void {
  const pid = Number(user.run('tmux', ...server, 'display-message', '-p', '#{pid}'));
  process.kill(pid, 'SIGKILL');
  waitUntil(() => !existsSync(`/proc/${pid}/fd/0`), 'the end of the server');
}

function directoryOf(user: UnixUser, name: string): string {
  const path = join(user.home, name);
  mkdirSync(path);
  chownSync(path, user.uid, user.gid);
  return path;
}

/** The live sessions of a user in the newest record, with the socket where it is not the default one. */
function recorded({ name }: UnixUser): readonly string[] {
  const { stdout, exitCode } = host().persist('show', name, '--json');
  if (exitCode !== 0) return [];
  const document: { manifest: { sessions: readonly { name: string; socket: string | null; state: string }[] } } =
    JSON.parse(stdout);
  return document.manifest.sessions.flatMap((one) =>
    one.state === 'live' ? [one.socket === null ? one.name : `${one.socket}:${one.name}`] : [],
  );
}
