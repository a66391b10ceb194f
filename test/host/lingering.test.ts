import { describe, expect, onTestFinished, test } from 'vitest';
import { addRosterUsers, installWithoutWatch, saveByUnit, sessionsOf } from './support/installed-program.ts';
import type { ExecResult } from './support/exec-inside.ts';
import { loseServer } from './support/lose-server.ts';
import { environmentIn, tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const restoreUnit = 'tmux-persist-restore.service';

/** What systemd, a shell or tmux would make something else of. */
const configuration = '/home/emo/own %h $HOME "q" #{pid}.conf';

/** Emo lingers, and starts the server with a configuration of emo's own. Anca does neither. */
describe('a server that root starts', { timeout: 300_000 }, () => {
  const machine = useMachine();

  test("for a user who lingers reaches the user's own systemd and bus, as do the panes", async () => {
    await addRosterUsers(machine(), 'emo', 'anca');
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await machine().output(['loginctl', 'enable-linger', 'emo']);
    await configure('');
    await tmux('emo', '-f', configuration, 'new-session', '-d', '-s', 'notes');
    await tmux('anca', 'new-session', '-d', '-s', 'notes');
    for (const user of ['emo', 'anca']) await loseServer(machine(), user);

    expect((await restore('emo')).exitCode).toBe(0);

    await expectBus('emo', 'notes');
  });

  test('for a user who does not linger has neither, even while that user is logged in', async () => {
    expect((await restore('anca')).exitCode).toBe(0);
    await expectNoBus('anca');
    await loseServer(machine(), 'anca');
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
    await loseServer(machine(), 'emo');
    const manager = `user@${await uidOf('emo')}.service`;
    await machine().output(['systemctl', 'stop', manager]);

    expect((await restore('emo')).stdout).toContain('emo: created notes in ~, shell\n');

    expect(await machine().output(['systemctl', 'is-active', manager])).toBe('active\n');
    await expectBus('emo', 'notes');
  });

  test("goes without where the user's systemd cannot be started, and says so", async () => {
    await loseServer(machine(), 'emo');
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
    await loseServer(machine(), 'emo');
    await restore('emo');
    await tmux('emo', 'new-window', '-t', '=notes:7');
    const pane = Number(await tmux('emo', 'display-message', '-p', '-t', '=notes:7', '#{pane_pid}'));
    const isInScope = async () => /\/run-[^/]*\.scope$/m.test(await machine().readFile(`/proc/${pane}/cgroup`));
    await waitFor(isInScope, 20_000, 'the scope of the new window');
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
    await loseServer(machine(), 'emo');
    expect((await asEmo('apply')).stdout).toContain('emo: created notes in ~, shell\n');
    await expectBus('emo', 'notes');
    await loseServer(machine(), 'emo');
    await restore('emo');
  });

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
});
