import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { addRosterUsers, installWithoutWatch, saveByUnit, sessionsOf } from './support/installed-program.ts';
import type { ExecResult } from './support/exec-inside.ts';
import { installMachineAgents } from './support/machine-agents.ts';
import { suiteOfThisRun } from './support/suite.ts';
import { environmentIn, tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const agents = installMachineAgents();
afterAll(agents.remove);

/** The suites whose tmux (3.4 and later) gives each pane a scope of its own. */
const hasPaneScopes = ['trixie', 'sid'].includes(suiteOfThisRun());

const paneMemory = 700 * 1024 * 1024;
const restoreUnit = 'tmux-persist-restore.service';

/** The user's systemd answers no more, until the shell of the restored agent's pane has run for half a second. */
const slowMove = `kill -STOP "$1"
{ until pgrep -f "[p]ane-agent"; do sleep 0.02; done; sleep 0.5; kill -CONT "$1"; } >/dev/null 2>&1 &`;

/** What systemd, a shell or tmux would make something else of. */
const configuration = '/home/emo/own %h $HOME "q" #{pid}.conf';

/** Emo lingers, and starts the server with a configuration of emo's own. Anca does neither. */
describe('a server that root starts', { timeout: 300_000 }, () => {
  const machine = useMachine({ binds: [agents.bind] });

  test("for a user who lingers reaches the user's own systemd and bus, as do the panes", async () => {
    await addRosterUsers(machine(), 'emo', 'anca');
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await machine().output(['loginctl', 'enable-linger', 'emo']);
    await configure('');
    await tmux('emo', '-f', configuration, 'new-session', '-d', '-s', 'notes');
    await tmux('anca', 'new-session', '-d', '-s', 'notes');
    for (const user of ['emo', 'anca']) await loses(user);

    expect((await restore('emo')).exitCode).toBe(0);

    await expectBus('emo', 'notes');
  });

  test('for a user who does not linger has neither, even while that user is logged in', async () => {
    expect((await restore('anca')).exitCode).toBe(0);
    await expectNoBus('anca');
    await loses('anca');
    const login = machine().exec(['sleep', '1000'], { user: 'anca', login: true, timeoutMs: 60_000 });
    const uid = await uidOf('anca');
    const hasBus = async () => (await machine().exec(['test', '-S', `/run/user/${uid}/bus`])).exitCode === 0;
    await waitFor(hasBus, 20_000, 'the bus of the login session');
    await restore('anca');
    await expectNoBus('anca');
    await machine().output(['pkill', '-u', 'anca', '--exact', 'sleep']);
    await login;
  });

  test("starts the user's systemd where it does not run yet", async () => {
    await loses('emo');
    const manager = `user@${await uidOf('emo')}.service`;
    await machine().output(['systemctl', 'stop', manager]);

    expect((await restore('emo')).stdout).toContain('emo: created notes in ~, shell\n');

    expect(await machine().output(['systemctl', 'is-active', manager])).toBe('active\n');
    await expectBus('emo', 'notes');
  });

  test("goes without where the user's systemd cannot be started, and says so", async () => {
    await loses('emo');
    const manager = `user@${await uidOf('emo')}.service`;
    await machine().output(['systemctl', 'stop', manager, `user-runtime-dir@${await uidOf('emo')}.service`]);
    await machine().output(['systemctl', 'mask', '--runtime', manager]);
    onTestFinished(async () => void (await machine().output(['systemctl', 'unmask', '--runtime', manager])));

    const { exitCode, stdout } = await restore('emo');

    expect(stdout).toMatch(
      /^emo: created notes in ~, shell; its panes may not reach the user's own systemd: .*masked/m,
    );
    expect(exitCode).toBe(0);
    await expectNoBus('emo');
  });

  test('takes windows of a default-command that starts a scope of the user', async () => {
    await configure('set -g default-command "systemd-run --user --scope bash"\n');
    onTestFinished(() => configure(''));
    await loses('emo');
    await restore('emo');
    await tmux('emo', 'new-window', '-t', '=notes:7');
    const pane = Number(await tmux('emo', 'display-message', '-p', '-t', '=notes:7', '#{pane_pid}'));
    const isInScope = async () => /\/run-[^/]*\.scope$/m.test(await machine().readFile(`/proc/${pane}/cgroup`));
    await waitFor(isInScope, 10_000, 'the scope of the new window');
    expect(await tmux('emo', 'display-message', '-p', '-t', '=notes:7', '#{pane_dead}')).toBe('0\n');
  });

  test('at the boot has all that, too, and lives on when nobody is logged in', async () => {
    await saveByUnit(machine());
    await machine().reboot();
    await waitFor(async () => (await machine().exec(['systemctl', 'is-active', restoreUnit])).exitCode === 0, 20_000);
    await expectBus('emo', 'notes');
    expect(await tmux('emo', 'show-options', '-gqv', '@of-the-file')).toBe('yes\n');
    const before = await tmuxServerIn(machine(), 'emo');
    await machine().output(['true'], { user: 'emo', login: true });
    const logins = async () => (await machine().output(['loginctl', 'list-sessions', '--no-legend'])).split('\n');
    // From systemd 256 on the user's own systemd is a session, too.
    const isLoggedIn = async () => (await logins()).some((line) => /\bemo\b/.test(line) && !line.includes('manager'));
    await waitFor(async () => !(await isLoggedIn()), 20_000, 'the end of the login session');
    expect(await tmuxServerIn(machine(), 'emo')).toEqual(before);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
  });

  test('has it as well where the user who lingers starts it without root', async () => {
    expect((await asEmo('save')).exitCode).toBe(0);
    await loses('emo');
    expect((await asEmo('apply')).stdout).toContain('emo: created notes in ~, shell\n');
    await expectBus('emo', 'notes');
    await loses('emo');
    await restore('emo');
  });

  describe.runIf(hasPaneScopes)('on a tmux that gives each pane a scope', () => {
    const names = ['job-1', 'job-2', 'job-3', 'job-4', 'job-5', 'job-6'];

    test('has each restored agent within the memory limit of its pane', async () => {
      await machine().writeFile(
        '/etc/systemd/user/tmux-spawn-.scope.d/memory.conf',
        `[Scope]\nMemoryMax=${paneMemory}\n`,
      );
      await machine().output(['systemctl', '--machine=emo@', '--user', 'daemon-reload']);
      for (const name of names) await agents.converse(machine(), 'emo', name, `these are the words of ${name}`);
      await loses('emo');

      expect((await restore('emo')).exitCode).toBe(0);

      for (const name of names) await expectWithinLimit(name);
    });

    test('does so where the move of a pane takes longer than the start of its shell', async () => {
      await loses('emo');
      const show = [
        'systemctl',
        'show',
        '--property=MainPID',
        '--value',
        `user@${await uidOf('emo')}.service`,
      ] as const;
      const manager = (await machine().output(show)).trim();
      await machine().output(['sh', '-c', slowMove, 'sh', manager]);

      expect((await restore('emo', '--session', 'job-1')).exitCode).toBe(0);

      await expectWithinLimit('job-1');
    });
  });

  async function expectWithinLimit(session: string): Promise<void> {
    const pane = await tmux('emo', 'display-message', '-p', '-t', `=${session}:`, '#{pane_tty} #{pane_pid}');
    const [tty = '', shell = ''] = pane.trim().split(' ');
    const processes = await machine().output(['ps', '-t', tty, '-o', 'pid=']);
    const pids = processes.trim().split(/\s+/);
    expect(pids.length).toBeGreaterThan(1);
    const cgroups = await Promise.all(pids.map(cgroupOf));
    expect(new Set(cgroups)).toEqual(new Set([await cgroupOf(shell)]));
    const [cgroup = ''] = cgroups;
    expect(cgroup).toMatch(/\/tmux-spawn-[^/]*\.scope$/);
    const scope = cgroup.slice(cgroup.lastIndexOf('/') + 1);
    const limit = ['systemctl', '--machine=emo@', '--user', 'show', '--property=MemoryMax', scope] as const;
    expect(await machine().output(limit)).toBe(`MemoryMax=${paneMemory}\n`);
  }

  async function cgroupOf(pid: string): Promise<string> {
    return /^0::(.*)$/m.exec(await machine().readFile(`/proc/${pid}/cgroup`))?.[1] ?? '';
  }

  /** The server has what leads to the user's systemd, and a person who types in the pane gets an answer of that. */
  async function expectBus(user: string, session: string): Promise<void> {
    const runtime = `/run/user/${await uidOf(user)}`;
    const expected = { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus` };
    const { environment } = await tmuxServerIn(machine(), user);
    expect(environment).toMatchObject(expected);
    const pane = Number(await tmux(user, 'display-message', '-p', '-t', `=${session}:`, '#{pane_pid}'));
    expect(environmentIn(machine(), pane)).toMatchObject(expected);
    const answer = `/home/${user}/answer`;
    await machine().exec(['rm', '-f', answer]);
    await tmux(
      user,
      'send-keys',
      '-t',
      `=${session}:`,
      `systemctl --user show --property=Version >${answer} 2>&1`,
      'Enter',
    );
    const answered = async () => (await machine().exec(['test', '-s', answer])).exitCode === 0;
    await waitFor(answered, 20_000, 'the answer of systemctl --user');
    expect(await machine().readFile(answer)).toMatch(/^Version=\d/);
  }

  async function configure(text: string): Promise<void> {
    await machine().writeFile(configuration, `set -g @of-the-file yes\n${text}`);
    await machine().output(['chown', 'emo:', configuration]);
  }

  async function expectNoBus(user: string): Promise<void> {
    const { environment } = await tmuxServerIn(machine(), user);
    expect(Object.keys(environment)).not.toContain('XDG_RUNTIME_DIR');
    expect(Object.keys(environment)).not.toContain('DBUS_SESSION_BUS_ADDRESS');
  }

  function tmux(user: string, ...args: readonly string[]): Promise<string> {
    return machine().output(['tmux', ...args], { user });
  }

  function restore(...args: readonly string[]): Promise<ExecResult> {
    const [user = '', ...rest] = args;
    const words = rest.length === 0 ? ['restore', user] : ['apply', '--user', user, ...rest];
    return machine().exec(['tmux-persist', ...words], { timeoutMs: 60_000 });
  }

  /** Emo runs the program, without root. Root keeps emo's records on this host. Of a person's own, elsewhere, a person may do all. */
  function asEmo(command: string): Promise<ExecResult> {
    const own = ['--state-dir', '/home/emo/records'];
    return machine().exec(['tmux-persist', command, '--user', 'emo', ...own], { user: 'emo' });
  }

  async function uidOf(user: string): Promise<string> {
    return (await machine().output(['id', '-u', user])).trim();
  }

  /** The user's server is killed, with all that runs in its panes, and that is on record. */
  async function loses(user: string): Promise<void> {
    await machine().output(['tmux-persist', 'save', '--user', user]);
    const panes = await tmux(user, 'list-panes', '-a', '-F', '#{pane_tty}');
    const { pid } = await tmuxServerIn(machine(), user);
    await machine().output(['kill', '-KILL', `${pid}`]);
    const terminals = panes.trim().split('\n').join(',');
    const hasEnded = async () => (await machine().exec(['ps', '-t', terminals, '-p', `${pid}`])).exitCode !== 0;
    await waitFor(hasEnded, 20_000, 'the end of the server and its panes');
    await machine().output(['tmux-persist', 'save', '--user', user]);
  }
});
