import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Heartbeat, parseHeartbeat } from '../../src/state/heartbeat.ts';
import { mountHanging } from '../e2e-root/hanging-directory.ts';
import { installWithoutWatch } from './support/installed-program.ts';
import { journalOf } from './support/journal.ts';
import { installMachineAgents } from './support/machine-agents.ts';
import { useMachine } from './support/use-machine.ts';

const saveUnit = 'tmux-persist-save.service';
const restoreUnit = 'tmux-persist-restore.service';
const stateDirectory = '/var/lib/tmux-persist';
/** Where a save that no unit confines keeps its records. */
const freeDirectory = '/root/unconfined';

const agents = installMachineAgents();
const directory = mkdtempSync('/var/tmp/tmux-persist-homes-');
const lena = { name: 'lena', uid: 2001, gid: 2001 } as const;
mkdirSync(join(directory, lena.name));
const home = mountHanging(join(directory, lena.name), lena);

afterAll(() => {
  home.remove();
  agents.remove();
  rmSync(directory, { recursive: true, force: true });
});

describe('the sandbox of a save', { timeout: 90_000 }, () => {
  const machine = useMachine({
    binds: [agents.bind, { source: join(directory, lena.name), target: `/home/${lena.name}`, writable: true }],
  });

  // What systemd-analyze counts of what a service could do: 10 is everything.
  test.each([saveUnit, 'tmux-persist-shutdown.service', restoreUnit])(
    'lets %s do no more than it has to',
    async (unit) => {
      if (unit === saveUnit) await install();
      const rated = await machine().output(['systemd-analyze', 'security', '--no-pager', unit]);
      const exposure = Number(/Overall exposure level for \S+: (\d+\.\d)/.exec(rated)?.[1]);
      expect(exposure).toBeLessThanOrEqual(unit === restoreUnit ? 3.1 : 3);
      for (const setting of ['MemoryMax=1073741824', 'TasksMax=512', 'KeyringMode=private']) {
        const [name = ''] = setting.split('=');
        expect(await machine().output(['systemctl', 'show', `--property=${name}`, unit])).toBe(`${setting}\n`);
      }
      const resources = unit === restoreUnit ? [] : ['@resources'];
      for (const harmless of ['CAP_SYS_ADMIN', 'CAP_NET_ADMIN', 'CAP_SYS_MODULE', '@mount', '@debug', ...resources]) {
        expect(rated.split('\n').find((line) => line.includes(harmless))).toMatch(/✓|\+/);
      }
    },
  );

  test('lets the page, which asks root over a socket, do next to nothing', async () => {
    const unit = 'tmux-persist-web.service';
    const rated = await machine().output(['systemd-analyze', 'security', '--no-pager', unit]);
    expect(Number(/Overall exposure level for \S+: (\d+\.\d)/.exec(rated)?.[1])).toBeLessThanOrEqual(1.6);
  });

  test('lets it find agents and their conversations, as a save finds them that nothing confines', async () => {
    const id = await agents.converse(machine(), 'emo', 'talk', 'the first words');
    await machine().output(['tmux', 'new-session', '-d', '-s', 'shell', '-c', '/tmp'], { user: 'emo' });
    expect(await saveBoth()).toEqual([0, 0]);
    const confined = await wiringOf(stateDirectory);
    expect(confined).toEqual(await wiringOf(freeDirectory));
    expect(confined).toEqual([
      { session: 'shell', cwd: '/tmp', conversation: null, source: null },
      { session: 'talk', cwd: '/home/emo', conversation: id, source: 'registry, certain' },
    ]);
  });

  test('lets it see what else is evidence: the login records, and the kills of the kernel', async () => {
    const [confined, free] = await Promise.all([heartbeatIn(stateDirectory), heartbeatIn(freeDirectory)]);
    expect(confined.terminals).toEqual(free.terminals);
    expect(confined.oomKills).toEqual(free.oomKills);
    expect(confined.oomKills).not.toBeNull();
  });

  test('lets it do so, too, where /proc hides the processes of others', async () => {
    await machine().output(['mount', '-o', 'remount,hidepid=2', '/proc']);
    expect((await machine().exec(['ls', '-d', '/proc/1'], { user: 'emo' })).exitCode).not.toBe(0);
    await agents.clear(machine(), 'emo', 'talk');
    const id = await agents.say(machine(), 'emo', 'talk', 'words after that');
    expect(await saveBoth()).toEqual([0, 0]);
    const confined = await wiringOf(stateDirectory);
    expect(confined).toEqual(await wiringOf(freeDirectory));
    expect(confined).toContainEqual({
      session: 'talk',
      cwd: '/home/emo',
      conversation: id,
      source: 'registry, certain',
    });
    await machine().output(['mount', '-o', 'remount,hidepid=0', '/proc']);
  });

  test('does not wait for a home that hangs, and records the others', async () => {
    await agents.converse(machine(), lena.name, 'talk', 'words of lena');
    expect(await saveBoth()).toEqual([0, 0]);
    await machine().output(['tmux', 'new-session', '-d', '-s', 'later', '-c', '/'], { user: 'emo' });
    home.hang();
    const before = (await journalOf(machine(), saveUnit)).length;
    const startedAt = performance.now();
    expect(await save()).not.toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    home.answer();
    expect((await journalOf(machine(), saveUnit)).slice(before)).toEqual([
      { priority: 6, message: expect.stringMatching(/^emo: saved \S+, 3 live: new later$/) },
      { priority: 3, message: "lena: not saved: the user's files could not be read within 5 s" },
    ]);
    expect(await save()).toBe(0);
  });

  test('lets no program run that a user has made', async () => {
    const places = ['/home/emo', '/root', '/tmp', '/dev/shm', '/var/tmp', '/var/lib', '/run', '/srv'];
    const planted = places.map((place) => `${place}/planted`);
    for (const path of planted) await machine().output(['cp', '/bin/true', path]);
    const tried = await machine().exec([
      'systemd-run',
      '--wait',
      '--pipe',
      '--quiet',
      ...(await confinement()).flatMap((property) => ['--property', property]),
      'sh',
      '-c',
      `for path in ${planted.join(' ')}; do $path && echo $path; done; /bin/true && echo usual`,
    ]);
    expect(tried.stdout).toBe([...((await isOldSystemd()) ? planted : []), 'usual\n'].join('\n'));
  });

  test('leaves no file of anybody changed but the records', async () => {
    const denied = await machine().exec([
      'systemd-run',
      '--wait',
      '--pipe',
      '--quiet',
      ...(await confinement()).flatMap((property) => ['--property', property]),
      'sh',
      '-c',
      'for path in /home/emo/x /etc/x /usr/bin/x /usr/local/bin/x /usr/share/x /bin/x /lib/x /opt/x /root/x /var/lib/x; do touch $path && echo $path; done; touch /var/lib/tmux-persist/x && rm /var/lib/tmux-persist/x',
    ]);
    expect({ exitCode: denied.exitCode, stdout: denied.stdout }).toEqual({ exitCode: 0, stdout: '' });
  });

  /** The user map is the roster here, as on a host that has no other. */
  async function install(): Promise<void> {
    await machine().addUser('emo');
    await machine().output(['useradd', `--uid=${lena.uid}`, '--user-group', '--shell=/bin/bash', lena.name]);
    await machine().writeFile(
      '/etc/ttyd-user-map',
      '# who is who\nemil.barzin=emo\nlena@example.org=lena:/home/lena\n',
    );
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
  }

  async function save(): Promise<number | null> {
    return (await machine().exec(['systemctl', 'start', saveUnit], { timeoutMs: 60_000 })).exitCode;
  }

  async function saveBoth(): Promise<readonly (number | null)[]> {
    const free = ['tmux-persist', 'save', '--state-dir', freeDirectory] as const;
    return [await save(), (await machine().exec(free)).exitCode];
  }

  /** What the record says of the panes of emo. */
  async function wiringOf(state: string): Promise<readonly object[]> {
    const text = await machine().output(['tmux-persist', 'show', 'emo', '--json', '--state-dir', state]);
    const { manifest }: { manifest: StoredManifest } = JSON.parse(text);
    return manifest.sessions
      .flatMap(({ name, windows }) => windows.flatMap(({ panes }) => panes.map((pane) => ({ name, pane }))))
      .map(({ name, pane: { cwd, conversation, agent } }) => ({
        session: name,
        cwd,
        conversation: conversation?.id ?? null,
        source: agent === null ? null : `${agent.found.source}, ${agent.found.confidence}`,
      }))
      .toSorted((a, b) => a.session.localeCompare(b.session));
  }

  async function heartbeatIn(state: string): Promise<Heartbeat> {
    const heartbeat = parseHeartbeat(await machine().readFile(`${state}/users/emo/last-save.json`));
    if (heartbeat === null) throw new Error(`the heartbeat in ${state} cannot be used`);
    return heartbeat;
  }

  /** systemd 247 does not know all of the settings: in a unit it passes over those, and systemd-run refuses them. */
  async function isOldSystemd(): Promise<boolean> {
    return Number(/\d+/.exec(await machine().output(['systemctl', '--version']))?.[0]) < 248;
  }

  /** The settings of the installed unit that confine it, as systemd-run takes them. */
  async function confinement(): Promise<readonly string[]> {
    const text = await machine().readFile(`/usr/local/lib/systemd/system/${saveUnit}`);
    const isOld = await isOldSystemd();
    const settings = /^(Protect|Private|ReadWrite|ReadOnly|StateDirectory|Restrict|Capability|No|ExecPaths)/;
    return text
      .split('\n')
      .filter((line) => settings.test(line) && !(isOld && /^(NoExecPaths|ExecPaths|PrivateIPC)=/.test(line)));
  }
});

interface StoredManifest {
  readonly sessions: readonly {
    readonly name: string;
    readonly windows: readonly {
      readonly panes: readonly {
        readonly cwd: string;
        readonly conversation: { readonly id: string } | null;
        readonly agent: { readonly found: { readonly source: string; readonly confidence: string } } | null;
      }[];
    }[];
  }[];
}
