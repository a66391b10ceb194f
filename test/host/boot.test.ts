import { afterAll, describe, expect, test } from 'vitest';
import { installMachineAgents } from './support/machine-agents.ts';
import { addRosterUsers, installFrom, saveByUnit, sessionsOf } from './support/installed-program.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const users = ['wizard', 'emo', 'anca'] as const;
const agents = installMachineAgents();

afterAll(() => agents.remove());

describe('a host with the program installed', () => {
  const machine = useMachine({ binds: [agents.bind] });

  test('brings the sessions of three users back after a reboot, before anyone logs in', async () => {
    await addRosterUsers(machine(), ...users, 'lena');
    expect((await installFrom(machine())).exitCode).toBe(0);
    for (const user of users) await openSession(user, 'notes', `/home/${user}`);
    await saveByUnit(machine());
    await machine().reboot();
    await restored();
    expect(await machine().output(['loginctl', 'list-sessions', '--no-legend'])).toBe('');
    expect(await Promise.all(users.map((user) => sessionsOf(machine(), user)))).toEqual(users.map(() => ['notes']));
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  test('saves before a shutdown what no tick has seen, while the servers in login sessions still run', async () => {
    await stopTicks();
    await openLoginSession('lena', 'late');
    await machine().reboot();
    await restored();
    expect(await sessionsOf(machine(), 'lena')).toEqual(['late']);
  });

  test('records nothing during a shutdown for a user whose server was stopped before the save', async () => {
    await machine().writeFile(
      '/etc/systemd/system/early-end.service',
      [
        '[Unit]\nAfter=tmux-persist-shutdown.service',
        '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStop=/usr/bin/pkill tmux\nExecStop=/bin/sleep 0.2\n',
      ].join('\n'),
    );
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'start', 'early-end.service']);
    await saveByUnit(machine());
    await stopTicks();
    await machine().reboot();
    await restored();
    expect(await sessionsOf(machine(), 'lena')).toEqual(['late']);
    const causes = await machine().output([
      'grep',
      '-rhoE',
      '"(reboot|server-stopped|server-died|closed|killed)"',
      '/var/lib/tmux-persist/users/lena/snapshots',
    ]);
    expect(new Set(causes.trim().split('\n'))).toEqual(new Set(['"reboot"']));
  });

  test('records no agent as ended that the shutdown ended while its session lived', async () => {
    const id = await agents.converseAtPrompt(machine(), 'lena', 'talk', 'remember me');
    await saveByUnit(machine());
    await machine().output(['systemctl', 'disable', '--now', 'early-end.service']);
    await machine().writeFile(
      '/etc/systemd/system/early-end.service',
      [
        '[Unit]\nAfter=tmux-persist-shutdown.service',
        '[Service]\nType=oneshot\nRemainAfterExit=yes',
        `ExecStop=/usr/bin/pkill -u lena -f ^${agents.bind.target}/\nExecStop=/bin/sleep 0.5\n`,
      ].join('\n'),
    );
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'start', 'early-end.service']);
    await stopTicks();
    await machine().reboot();
    await restored();
    expect(await sessionsOf(machine(), 'lena')).toEqual(['late', 'talk']);
    expect(await machine().output(['pgrep', '-u', 'lena', '-fc', `^${agents.bind.target}/.*--resume ${id}`])).toBe(
      '1\n',
    );
  });

  test('brings back after a power failure what the last tick saw', async () => {
    await openSession('anca', 'fresh', '/tmp');
    await saveByUnit(machine());
    await machine().crash();
    await machine().boot();
    await restored();
    expect(await sessionsOf(machine(), 'anca')).toEqual(['fresh', 'notes']);
    const cwd = await machine().output(['tmux', 'display-message', '-p', '-t', 'fresh:', '#{pane_current_path}'], {
      user: 'anca',
    });
    expect(cwd).toBe('/tmp\n');
  });

  test('keeps what was restored when the restore unit is stopped or started again', async () => {
    await machine().output(['systemctl', 'restart', 'tmux-persist-restore.service']);
    await machine().output(['systemctl', 'stop', 'tmux-persist-restore.service']);
    expect(await Promise.all(users.map((user) => sessionsOf(machine(), user)))).toEqual([
      ['notes'],
      ['notes'],
      ['fresh', 'notes'],
    ]);
  });

  async function openSession(user: string, name: string, directory: string): Promise<void> {
    await machine().output(['tmux', 'new-session', '-d', '-s', name, '-c', directory], { user });
  }

  /** A server that lives in the scope of a login session, as those do that people start themselves. */
  async function openLoginSession(user: string, name: string): Promise<void> {
    await machine().output(['tmux', 'new-session', '-d', '-s', name], { user, login: true });
    const pid = (await machine().output(['pgrep', '-u', user, '-x', 'tmux: server'])).trim();
    expect(await machine().readFile(`/proc/${pid}/cgroup`)).toMatch(/\/session-\w+\.scope$/m);
  }

  /** Then only the shutdown itself can have seen what comes. */
  async function stopTicks(): Promise<void> {
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
  }

  function restored(): Promise<void> {
    return waitFor(
      async () => (await machine().exec(['systemctl', 'is-active', 'tmux-persist-restore.service'])).exitCode === 0,
      20_000,
      'the restore',
    );
  }
});
