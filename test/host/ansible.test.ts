import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPackage } from '../support/built-packages.ts';
import { planIn, sessionsOf, unitActions } from './support/installed-program.ts';
import { packRelease } from './support/pack-release.ts';
import { repositoryInside } from './support/program-binds.ts';
import { isSuiteAsked, suiteOfThisRun } from './support/suite.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const roster = '/etc/tmux-persist/roster.yaml';
const timer = 'tmux-persist-save.timer';
const page = 'tmux-persist-web.socket';

const origin = '--origin https://box.example.com/sessions';

/** What the play of an administrator says. */
const host = {
  tmux_persist_package: '/root/release.tgz',
  // What is lost stays lost until somebody asks, so that a play that asked would show.
  tmux_persist_roster: { persist: { heal: 'off' }, users: { emo: {}, anca: { persist: { keep_snapshots: 50 } } } },
  tmux_persist_web: true,
  tmux_persist_web_options: origin,
  tmux_persist_web_proxies: ['www-data'],
};

// Ansible runs inside, as on a host that looks after itself. Each play costs some seconds of processor time, so that
// each is asked about all that it does.
describe.skipIf(suiteOfThisRun() === 'bullseye')('the Ansible role', { timeout: 180_000 }, () => {
  const machine = useMachine();
  let pidOfAnca = 0;

  test('changes nothing with --check, and tells what it would do', async () => {
    for (const user of ['emo', 'anca']) {
      await machine().addUser(user);
      await machine().output(['tmux', 'new-session', '-d', '-s', `notes-of-${user}`], { user });
    }
    pidOfAnca = (await tmuxServerIn(machine(), 'anca')).pid;
    packRelease(machine(), 'root/release.tgz');
    const { exitCode, changed, text } = await play(host, '--check', '--diff');
    expect(text).toMatch(/^\+ +keep_snapshots: 50$/m);
    expect(exitCode).toBe(0);
    expect(changed).toBeGreaterThan(0);
    expect(await ours()).toEqual([]);
  });

  test('installs the program, the roster, the units and the page, and what runs is saved', async () => {
    expect(await play(host)).toMatchObject({ exitCode: 0 });
    expect(await machine().readFile(roster)).toContain('keep_snapshots: 50\n');
    expect(await unitActions(machine())).toEqual([]);
    expect(await machine().output(['systemctl', 'is-enabled', timer, page])).toBe('enabled\nenabled\n');
    expect(await machine().readFile('/etc/default/tmux-persist-web')).toContain(`OPTIONS="${origin}"\n`);
    expect(await machine().output(['id', '-nG', 'www-data'])).toContain('tmux-persist-web');
    for (const user of ['emo', 'anca']) await recorded(user);
  });

  test('changes nothing when it runs again', async () => {
    const { tmux_persist_package, tmux_persist_roster } = host;
    expect(await play({ tmux_persist_package, tmux_persist_roster })).toMatchObject({ exitCode: 0, changed: 0 });
    expect((await tmuxServerIn(machine(), 'anca')).pid).toBe(pidOfAnca);
  });

  test('refuses a wrong roster in the words of the program, and the good one stays', async () => {
    const before = await machine().readFile(roster);
    await machine().writeFile('/root/wrong.yaml', 'users:\n  emo: { persist: { heal: perhaps } }\n');
    const { exitCode, changed, text } = await play({ tmux_persist_roster_file: '/root/wrong.yaml' });
    expect(text).toContain('roster.yaml:2:27: error: user \\"emo\\": persist.heal must be');
    expect({ exitCode, changed }).toEqual({ exitCode: 2, changed: 0 });
    expect(await machine().readFile(roster)).toBe(before);
    expect(await machine().output(['ls', '/etc/tmux-persist', '/run'])).not.toMatch(/roster\.yaml\.|persist-roster/);
  });

  test('has made a host on which a boot brings everything back', async () => {
    await machine().reboot();
    for (const user of ['emo', 'anca']) {
      await waitFor(async () => (await sessionsOf(machine(), user)).length > 0, 40_000, `what ${user} had`);
      expect(await sessionsOf(machine(), user)).toEqual([`notes-of-${user}`]);
    }
  });

  test('removes the program; the roster, the records and the sessions stay', async () => {
    const { pid } = await tmuxServerIn(machine(), 'anca');
    const absent = { tmux_persist_state: 'absent' };
    expect(await play(absent)).toMatchObject({ exitCode: 0 });
    expect(await ours()).toEqual(['/etc/tmux-persist', '/var/lib/tmux-persist']);
    expect(await machine().readFile(roster)).toContain('anca');
    expect((await tmuxServerIn(machine(), 'anca')).pid).toBe(pid);
  });

  // Half a minute more, for a run that was asked for by the name of its suite.
  test.runIf(isSuiteAsked)(
    'installs a package for Debian, which goes on with the records, mends units alone, and removes it whole',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'package-'));
      try {
        copyFileSync(buildPackage('deb', { out: directory }), join(machine().root, 'root/tmux-persist.deb'));
      } finally {
        rmSync(directory, { recursive: true });
      }
      await provideNode();
      const packaged = await serveOverHttp('tmux-persist.deb');
      expect(await play(packaged)).toMatchObject({ exitCode: 0 });
      expect(await machine().output(['/usr/bin/tmux-persist', 'show', 'anca'])).toContain('notes-of-anca');
      expect(await unitActions(machine())).toEqual([]);

      const { pid } = await tmuxServerIn(machine(), 'anca');
      await machine().output(['kill', '-KILL', `${(await tmuxServerIn(machine(), 'emo')).pid}`]);
      await waitFor(async () => (await planIn(machine())).summary.create === 1, 20_000, 'a lost session');
      await machine().output(['systemctl', 'disable', '--now', timer]);
      const before = await machine().readFile(roster);
      // Ansible makes a mapping of what looks like one, as this text does.
      const text = '{"persist": {"heal": false},\n "users": {"emo": {}, "anca": {}}}';
      await machine().writeFile('/root/roster.json', text);
      // The roster, and the timer.
      const changed = { ...packaged, tmux_persist_roster_file: '/root/roster.json' };
      expect(await play(changed)).toMatchObject({ exitCode: 0, changed: 2 });
      expect(await machine().readFile(roster)).toBe(text);
      expect(await machine().output(['sh', '-c', `cat ${roster}.*~`])).toBe(before);
      expect(await machine().output(['systemctl', 'is-active', timer])).toBe('active\n');
      expect((await planIn(machine())).summary).toMatchObject({ create: 1, units: 0 });
      expect(await sessionsOf(machine(), 'emo')).toEqual([]);

      expect(await play({ tmux_persist_state: 'absent', tmux_persist_purge: true })).toMatchObject({ exitCode: 0 });
      expect(await ours()).toEqual(['/etc/tmux-persist']);
      expect((await tmuxServerIn(machine(), 'anca')).pid).toBe(pid);
    },
  );

  /** The variables for a file of root's home as a mirror has it. */
  async function serveOverHttp(name: string) {
    const server = ['systemd-run', '--quiet', '--working-directory=/root', 'python3', '-m', 'http.server'] as const;
    await machine().output([...server, '--bind', '127.0.0.1', '8080']);
    const isUp = async () => (await machine().exec(['bash', '-c', '</dev/tcp/127.0.0.1/8080'])).exitCode === 0;
    await waitFor(isUp, 20_000, 'a mirror');
    const [sum = ''] = (await machine().output(['sha256sum', name], { cwd: '/root' })).split(' ');
    return {
      tmux_persist_package: `http://127.0.0.1:8080/${name}`,
      tmux_persist_package_checksum: `sha256:${sum}`,
    };
  }

  /** As a package whose version is new enough, where the system has an older one. */
  async function provideNode(): Promise<void> {
    if ((await machine().exec(['test', '-e', '/usr/bin/node'])).exitCode === 0) return;
    const control =
      'Package: nodejs\nVersion: 20.19.0\nArchitecture: all\nMaintainer: x <x@x.invalid>\nDescription: x\n';
    await machine().writeFile('/root/nodejs/DEBIAN/control', control);
    const script =
      'mkdir -p nodejs/usr/bin && ln -s /usr/local/bin/node nodejs/usr/bin/node && dpkg-deb -b nodejs && dpkg -i nodejs.deb';
    await machine().output(['sh', '-c', script], { cwd: '/root' });
  }

  async function recorded(user: string): Promise<void> {
    const show = () => machine().exec(['tmux-persist', 'show', user]);
    await waitFor(async () => (await show()).stdout.includes(`notes-of-${user}`), 30_000, `a record of ${user}`);
  }

  /** What there is of this program, outside of the systemd directories. */
  async function ours(): Promise<readonly string[]> {
    const places = ['/etc', '/etc/default', '/usr/local/lib', '/usr/local/bin', '/var/lib', '/var/cache'] as const;
    const argv = ['find', ...places, '-maxdepth', '1', '-name', '*tmux-persist*'] as const;
    return (await machine().output(argv)).split('\n').slice(0, -1).toSorted();
  }

  /** `changed` is null where the play has no summary. */
  async function play(variables: object, ...options: readonly string[]) {
    const words = ['--inventory', 'localhost,', '--connection', 'local', '--extra-vars', JSON.stringify(variables)];
    // As a sudo that leaves out /usr/local.
    const env = { PATH: '/usr/bin:/bin', ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3', ANSIBLE_PIPELINING: '1' };
    const { exitCode, stdout, stderr } = await machine().exec(
      ['ansible-playbook', ...words, ...options, `${repositoryInside}/ansible/site.yml`],
      { env, timeoutMs: 150_000 },
    );
    const changed = /\bchanged=(\d+)/.exec(stdout)?.[1] ?? null;
    return { exitCode, changed: changed === null ? null : Number(changed), text: `${stdout}${stderr}` };
  }
});
