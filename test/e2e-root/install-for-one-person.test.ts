import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Environment, PersistResult } from '../support/persist-sandbox.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { sharedHost } from './shared-host.ts';

const repository = join(import.meta.dirname, '../..');
const host = sharedHost();
let homes = 0;

/** No systemd of the person's own answers here, so that a crontab has to do. */
describe('an installation for one person', () => {
  beforeAll(() => {
    for (const part of ['dist', 'systemd', 'schemas', 'man', 'tmux-persist.tmux', 'package.json', 'LICENSE']) {
      cpSync(join(repository, part), join(host().directory, 'release', part), { recursive: true });
    }
  });

  test('prints crontab lines that save and restore, in a home with a space, a quote and percent signs', () => {
    const { emo } = host();
    const home = homeNamed("h17 bob's 5% 7\\% off");
    emo.startSession('notes');
    const { exitCode, stdout } = install(home);
    expect(exitCode).toBe(0);
    const [, save = '', restore = ''] = /\*\/5 \* \* \* \* +(.*)\n +@reboot +(.*)\n/.exec(stdout) ?? [];
    expect(cron(home, save)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(snapshotsBelow(join(home, '.local/state'))).toHaveLength(1);
    emo.killServer();
    expect(cron(home, restore)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(emo.sessions()).toEqual(['notes']);
  });

  test('prints how to remove the records so that it removes them, and nothing else', () => {
    const { emo } = host();
    const home = homeNamed('an ca');
    emo.startSession('notes');
    install(home);
    installed(home, {}, 'save');
    const { stdout } = installed(home, {}, 'uninstall', '--user');
    const [, command = ''] = /to remove them, too: (.*)\n/.exec(stdout) ?? [];
    emo.run('sh', '-c', command);
    expect(existsSync(join(home, '.local/state'))).toBe(true);
    expect(readdirSync(join(home, '.local/state'))).toEqual([]);
  });

  test.each([
    ['XDG_STATE_HOME', 'tmux-persist'],
    ['TMUX_PERSIST_STATE_DIR', ''],
  ])('keeps the records where %s of that shell says, whoever calls it later', (name, below) => {
    const { emo } = host();
    const home = homeNamed('records');
    const directory = join(home, "a 'place' of 5%");
    emo.startSession('notes');
    expect(install(home, { [name]: directory }).exitCode).toBe(0);
    expect(installed(home, {}, 'save')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(snapshotsBelow(directory, below)).toHaveLength(1);
    expect(existsSync(join(home, '.local/state'))).toBe(false);
    // An upgrade from the copy itself, in a shell without it, changes nothing.
    expect(installed(home, {}, 'install', '--user').exitCode).toBe(0);
    expect(installed(home, {}, 'status', '--format', '{live} {state}').stdout).toBe('1 ok\n');
    expect(installed(home, { [name]: join(home, 'another') }, 'save').exitCode).toBe(0);
    expect(snapshotsBelow(join(home, 'another'), below)).toHaveLength(1);
  });

  test('tells only of records that were there that it has removed them', () => {
    const home = homeNamed('purge');
    const state = join(home, '.local/state/tmux-persist');
    install(home);
    expect(installed(home, {}, 'uninstall', '--user', '--purge', '--dry-run').stdout).not.toContain('records');
    const { exitCode, stdout } = installed(home, {}, 'uninstall', '--user', '--purge');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(`no records are in ${state}\n`),
    });
    expect(stdout).not.toContain('removed the records');
    install(home);
    host().emo.startSession('notes');
    installed(home, {}, 'save');
    expect(installed(home, {}, 'uninstall', '--user', '--purge').stdout).toContain(`removed the records in ${state}\n`);
    expect(existsSync(state)).toBe(false);
  });

  test.each<[string, string, (path: string) => void]>([
    ['a directory of somebody else', '.local/bin', (path) => mkdirSync(path)],
    ['a link that leads nowhere', '.local/bin', (path) => symlinkSync('/nonexistent/bin', path)],
    ['a directory of somebody else', '.local/lib', (path) => mkdirSync(path)],
    ['a file', '.local/lib', (path) => cpSync(join(repository, 'LICENSE'), path)],
  ])('is refused before anything is written when %s is in its way at ~/%s', (_what, name, makeIt) => {
    const home = homeNamed('in the way');
    own(join(home, '.local'));
    makeIt(join(home, name));
    const before = readdirSync(home, { recursive: true });
    for (const dryRun of [['--dry-run'], []]) {
      const { exitCode, stdout, stderr } = install(home, {}, ...dryRun);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^tmux-persist: .*; nothing was changed\n$/);
      expect(stderr).toContain(join(home, name));
      expect(readdirSync(home, { recursive: true })).toEqual(before);
    }
  });

  test('needs no right to write beside a link that leads to it already', () => {
    const home = homeNamed('linked');
    install(home);
    chmodSync(join(home, '.local/bin'), 0o555);
    expect(install(home)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each(['install', 'uninstall'])('takes no prefix to %s', (command) => {
    const home = homeNamed('prefix');
    expect(run(home, join(host().directory, 'release/dist/bin.js'), {}, command, '--user', '--prefix', '/x')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'tmux-persist: --prefix is for the installation on the host, and not for --user\n',
    });
    expect(readdirSync(home)).toEqual([]);
  });
});

/** A home of emo's that no other test has. */
function homeNamed(name: string): string {
  homes += 1;
  return own(join(own(join(host().emo.home, String(homes))), name));
}

function own(path: string): string {
  mkdirSync(path);
  chownSync(path, host().emo.uid, host().emo.gid);
  return path;
}

function install(home: string, env: Environment = {}, ...more: readonly string[]): PersistResult {
  return run(home, join(host().directory, 'release/dist/bin.js'), env, 'install', '--user', ...more);
}

/** The command as the units call it. */
function installed(home: string, env: Environment, ...args: readonly string[]): PersistResult {
  return asEmo(home, env, [join(home, '.local/lib/tmux-persist/bin/tmux-persist'), ...args]);
}

function run(home: string, program: string, env: Environment, ...args: readonly string[]): PersistResult {
  return asEmo(home, env, [process.execPath, program, ...args]);
}

/** What cron does with the rest of a line (crontab(5)). */
function cron(home: string, command: string): PersistResult {
  const [line = ''] = command.split(/(?<!\\)%/);
  return asEmo(home, {}, ['/bin/sh', '-c', line.replaceAll('\\%', '%')]);
}

function asEmo(home: string, env: Environment, argv: readonly string[]): PersistResult {
  const { emo } = host();
  const given = { HOME: home, LOGNAME: emo.name, SHELL: '/bin/sh', PATH: '/usr/bin:/bin', ...plumbing(emo), ...env };
  const words = Object.entries(given).map(([name, value]) => `${name}=${value}`);
  const { status, stdout, stderr, error } = spawnSync(
    'runuser',
    ['-u', emo.name, '--', 'env', '-i', ...words, ...argv],
    { cwd: '/', encoding: 'utf8', timeout: 25_000 },
  );
  if (error !== undefined) throw error;
  return { exitCode: status, stdout, stderr };
}

function plumbing({ socketPath }: UnixUser): Environment {
  return {
    TMUX_PERSIST_SOCKET_NAME: socketPath.split('/').at(-1),
    TMUX_PERSIST_ROSTER: host().rosterPath,
    XDG_RUNTIME_DIR: '/nonexistent',
  };
}

function snapshotsBelow(directory: string, below = 'tmux-persist'): readonly string[] {
  return readdirSync(join(directory, below, 'users', host().emo.name, 'snapshots'));
}
