import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage, type PackageKind } from '../support/built-packages.ts';
import type { ExecResult } from './support/exec-inside.ts';
import {
  addRosterUsers,
  installFrom,
  planIn,
  saveByUnit,
  sessionsOf,
  uninstallFrom,
} from './support/installed-program.ts';
import type { Machine } from './support/machine.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const packages = mkdtempSync(join(tmpdir(), 'tmux-persist-packages-'));
const inside = '/srv/packages';
const binds = [{ source: packages, target: inside }];
const command = '/usr/bin/tmux-persist';
const timer = 'tmux-persist-save.timer';
const watch = 'tmux-persist-watch.service';

afterAll(() => rmSync(packages, { recursive: true, force: true }));

describe('the package for a Node of the system', { timeout: 120_000 }, () => {
  const files = built('deb', ['0.1.0', '0.1.1']);
  const machine = useMachine({ suite: 'trixie', binds });
  let before: readonly string[] = [];

  test('gives a host all that it needs, enabled and started', async () => {
    before = await filesOf(machine());
    const { exitCode, stderr } = await install(machine(), files()[0]);
    expect(stderr).toContain('tmux-persist: there is no roster yet: write /etc/tmux-persist/roster.yaml');
    expect(exitCode).toBe(0);
    await addRosterUsers(machine(), 'emo');
    expect(await states(machine())).toEqual({
      'tmux-persist-restore.service': 'enabled inactive',
      'tmux-persist-save.timer': 'enabled active',
      'tmux-persist-shutdown.service': 'enabled active',
      'tmux-persist-watch.service': 'enabled active',
      'tmux-persist-web.socket': 'disabled inactive',
    });
    expect((await planIn(machine(), command)).units).toEqual([]);
    expect(await machine().output(['id', '--groups', '--name', 'tmux-persist-web'])).toBe(
      'tmux-persist-web tmux-restore\n',
    );
    await saveByUnit(machine());
    expect(await machine().output([command, 'doctor'])).toMatch(/^0 errors,/m);
  });

  test('brings sessions back after a boot', async () => {
    await loseByReboot(machine());
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
  });

  test('lets members of a group restore by sudo, and nobody else', async () => {
    await machine().addUser('lobby', { groups: ['tmux-restore'] });
    const argv = ['sudo', '-n', 'tmux-restore-user', 'emo', 'list'] as const;
    expect(await machine().exec(argv, { user: 'lobby' })).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await machine().exec(argv, { user: 'emo' })).exitCode).toBe(1);
  });

  test('upgrades under running servers, and leaves disabled what somebody disabled', async () => {
    await machine().output(['systemctl', 'disable', '--now', timer]);
    await machine().output([command, 'units', '--leave', 'save']);
    const [server, watching] = [await serverOf(machine()), await mainPid(machine(), watch)];
    expect((await install(machine(), files()[1])).exitCode).toBe(0);
    expect(await machine().output(['dpkg-query', '-Wf', '${Version}', 'tmux-persist'])).toBe('0.1.1-1');
    expect(await serverOf(machine())).toBe(server);
    expect(await mainPid(machine(), watch)).not.toBe(watching);
    expect(await states(machine())).toMatchObject({
      'tmux-persist-restore.service': 'enabled active',
      'tmux-persist-save.timer': 'disabled inactive',
      'tmux-persist-watch.service': 'enabled active',
    });
    expect((await planIn(machine(), command)).units).toEqual([]);
  });

  test('is removed under running servers, and a purge leaves nothing but the roster', async () => {
    const server = await serverOf(machine());
    await machine().output(['dpkg', '--remove', 'tmux-persist']);
    expect(await machine().output(['ls', '/var/lib/tmux-persist/users'])).toBe('emo\n');
    await machine().output(['dpkg', '--purge', 'tmux-persist']);
    expect(await serverOf(machine())).toBe(server);
    const left = (await filesOf(machine())).filter((path) => !before.includes(path));
    expect(left).toEqual(['/etc/tmux-persist', '/etc/tmux-persist/roster.yaml']);
    for (const name of ['tmux-restore', 'tmux-persist-web']) {
      expect((await machine().exec(['getent', 'group', name])).exitCode).toBe(2);
    }
    expect((await machine().exec(['getent', 'passwd', 'tmux-persist-web'])).exitCode).toBe(2);
    expect(await machine().output(['systemctl', 'list-units', '--no-legend', 'tmux-persist-*'])).toBe('');
  });

  test('stays away from an installation without a package, and says the way', async () => {
    expect((await installFrom(machine())).exitCode).toBe(0);
    // By the name of a link, which the sudo of this Debian takes only where the rule has it, too.
    await machine().output(['usermod', '-aG', 'tmux-restore', 'lobby']);
    const list = ['sudo', '-n', '/usr/local/bin/tmux-restore-user', 'emo', 'list'] as const;
    expect((await machine().exec(list, { user: 'lobby' })).exitCode).toBe(0);
    const { exitCode, stderr } = await install(machine(), files()[0]);
    expect(exitCode).not.toBe(0);
    const [, mend = ''] = /^tmux-persist: first remove it; sessions and records stay: (.+)$/m.exec(stderr) ?? [];
    expect((await machine().exec(['test', '-e', command])).exitCode).toBe(1);
    await machine().output(['sh', '-ec', mend]);
    expect((await install(machine(), files()[0])).exitCode).toBe(0);
    expect((await planIn(machine(), command)).units).toEqual([]);
    expect((await states(machine()))[watch]).toBe('enabled active');
  });

  test('keeps its rule, its group and its records while a release comes and goes beside it', async () => {
    await machine().output(['usermod', '-aG', 'tmux-restore', 'lobby']);
    await machine().output([command, 'save']);
    const refused = await uninstallFrom(machine(), '--purge');
    expect(refused.stderr).toContain('belongs to a package; to remove it: apt remove tmux-persist\n');
    expect(refused.exitCode).toBe(2);
    expect((await installFrom(machine())).exitCode).toBe(0);
    expect(await machine().output(['dpkg', '-V', 'tmux-persist'])).toBe('');
    const lists = (path: string) => machine().exec(['sudo', '-n', path, 'emo', 'list'], { user: 'lobby' });
    for (const path of ['/usr/local', '/usr']) expect((await lists(`${path}/bin/tmux-restore-user`)).exitCode).toBe(0);
    const removed = await machine().exec(['/usr/local/bin/tmux-persist', 'uninstall', '--purge']);
    expect(removed.stderr).toContain('the records in /var/lib/tmux-persist stay');
    expect(removed.exitCode).toBe(0);
    expect(await machine().output(['dpkg', '-V', 'tmux-persist'])).toBe('');
    expect((await lists('/usr/bin/tmux-restore-user')).exitCode).toBe(0);
    expect(await machine().output(['ls', '/var/lib/tmux-persist/users'])).toBe('emo\n');
    expect(await machine().output(['ls', '/etc/sudoers.d'])).not.toContain('beside');
    expect((await machine().exec([command, 'apply'])).exitCode).toBe(0);
    expect((await states(machine()))[watch]).toBe('enabled active');
  });
});

describe('the package with a Node of its own', { timeout: 120_000 }, () => {
  const files = built('deb-standalone', ['0.1.0']);
  const machine = useMachine({ suite: 'bookworm', binds });

  test('brings sessions back where the Node of the system is too old, and goes whole', async () => {
    const before = await filesOf(machine());
    expect((await install(machine(), files()[0])).exitCode).toBe(0);
    await addRosterUsers(machine(), 'emo');
    expect((await planIn(machine(), command)).units).toEqual([]);
    const node = `/proc/${await mainPid(machine(), watch)}/exe`;
    expect(await machine().output(['readlink', node])).toBe('/usr/lib/tmux-persist/runtime/node\n');
    await loseByReboot(machine());
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
    expect(await machine().output([command, 'doctor'])).toMatch(/^0 errors,/m);
    await machine().output(['dpkg', '--purge', 'tmux-persist-standalone']);
    const left = (await filesOf(machine())).filter((path) => !before.includes(path));
    expect(left).toEqual(['/etc/tmux-persist', '/etc/tmux-persist/roster.yaml']);
  });
});

/** Packages of these versions, as the machine sees them. */
function built(kind: PackageKind, releases: readonly string[]): () => readonly [string, ...string[]] {
  let paths: readonly string[] = [];
  beforeAll(() => {
    paths = releases.map((release) => join(inside, basename(buildPackage(kind, { out: packages, release }))));
  }, 120_000);
  return () => {
    const [first, ...others] = paths;
    if (first === undefined) throw new Error('nothing is built before the first test');
    return [first, ...others];
  };
}

function install(machine: Machine, path: string | undefined): Promise<ExecResult> {
  return machine.exec(['dpkg', '--install', path ?? ''], { timeoutMs: 60_000 });
}

async function loseByReboot(machine: Machine): Promise<void> {
  await machine.output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
  await saveByUnit(machine);
  await machine.reboot();
  await waitFor(async () => (await sessionsOf(machine, 'emo')).length > 0, 30_000, 'the restored session');
}

async function states(machine: Machine): Promise<Readonly<Record<string, string>>> {
  const text = await machine.output([
    'systemctl',
    'show',
    '--property=Id,UnitFileState,ActiveState',
    'tmux-persist-restore.service',
    timer,
    'tmux-persist-shutdown.service',
    watch,
    'tmux-persist-web.socket',
  ]);
  return Object.fromEntries(
    text
      .trim()
      .split('\n\n')
      .map((unit) => [valueOf(unit, 'Id'), `${valueOf(unit, 'UnitFileState')} ${valueOf(unit, 'ActiveState')}`]),
  );
}

function valueOf(unit: string, name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
}

async function mainPid(machine: Machine, unit: string): Promise<string> {
  return (await machine.output(['systemctl', 'show', '--property=MainPID', '--value', unit])).trim();
}

function serverOf(machine: Machine): Promise<string> {
  return machine.output(['tmux', 'display-message', '-p', '#{pid}'], { user: 'emo' });
}

/** All files of the machine, but those of its users, logs, and what the tools for packages and accounts keep of their own. */
async function filesOf(machine: Machine): Promise<readonly string[]> {
  const others = [
    '/home',
    '/tmp',
    '/root',
    '/srv',
    '/var/log',
    '/var/lib/systemd',
    '/var/tmp',
    '/var/lib/dpkg/triggers',
  ];
  const left = others.flatMap((path) => ['-path', path, '-o']);
  const names = ['-name', '*-old', '-o', '-name', 'lock*', '-o', '-path', '/etc/*-', '-o', '-name', '.pwd.lock'];
  const text = await machine.output(['find', '/', '-xdev', '(', ...left, ...names, ')', '-prune', '-o', '-print']);
  return text.split('\n').slice(0, -1);
}
