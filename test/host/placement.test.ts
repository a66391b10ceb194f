import { describe, expect, test } from 'vitest';
import { installWithoutWatch, saveByUnit, sessionsOf } from './support/installed-program.ts';
import { environmentIn, tmuxServerIn, type TmuxServer } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const users = ['wizard', 'emo', 'anca', 'root'] as const;
type User = (typeof users)[number];

const roster = `
persist: { memory: { server_high_mib: 3072 } }
users:
  wizard: { persist: { memory: { server_high_mib: null } } }
  emo: { persist: { memory: { server_max_mib: 4096 } } }
  anca:
  root:
`;

/** What tmux adds for a pane. */
const ofTmux = new Set(['COLORTERM', 'TERM', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION', 'TMUX', 'TMUX_PANE', 'PWD']);

const restoreUnit = 'tmux-persist-restore.service';

describe('the tmux servers that are started for users of the roster', { timeout: 300_000 }, () => {
  const machine = useMachine();

  test('live in services of their users after a boot, each in the slice of its user', async () => {
    await machine().addUser('wizard');
    await machine().addUser('emo', { groups: ['docker', 'builders'] });
    await machine().addUser('anca');
    await machine().writeFile('/etc/tmux-persist/roster.yaml', roster);
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    for (const user of users) {
      for (const name of ['notes', 'caf\u00e9']) await tmux(user, 'new-session', '-d', '-s', name);
    }
    await saveByUnit(machine());
    await machine().reboot();
    await waitFor(async () => (await machine().exec(['systemctl', 'is-active', restoreUnit])).exitCode === 0, 20_000);

    for (const user of users) {
      const uid = (await machine().output(['id', '-u', user])).trim();
      expect((await server(user)).cgroup).toMatch(
        new RegExp(`^/user\\.slice/user-${uid}\\.slice/tmux-server-${uid}-[0-9a-f]{8}\\.service$`),
      );
      expect(await sessionsOf(machine(), user)).toEqual(['caf\u00e9', 'notes']);
    }
    expect(await machine().output(['systemctl', 'show', '--property=ControlGroup', '--value', restoreUnit])).toBe('\n');
    expect(await machine().output(['loginctl', 'list-sessions', '--no-legend'])).toBe('');
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  test('have the groups of the user and a clean environment in UTF-8, with nothing of systemd or of root in it', async () => {
    const { groups, environment } = await server('emo');
    const own = {
      HOME: '/home/emo',
      LANG: 'C.UTF-8',
      LOGNAME: 'emo',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      SHELL: '/bin/bash',
      USER: 'emo',
    };
    expect(groups).toEqual(['builders', 'docker', 'emo']);
    const { TMUX_PERSIST_START: _mark, ...others } = environment;
    expect(others).toEqual(own);
    const pane = Number(await tmux('emo', 'display-message', '-p', '-t', '=notes:', '#{pane_pid}'));
    const ofPane = Object.entries(environmentIn(machine(), pane)).filter(([name]) => !ofTmux.has(name));
    expect(Object.fromEntries(ofPane)).toEqual(own);
    // systemd has services ignore SIGPIPE; the programs in a pane must not.
    const ignored = /^SigIgn:\t([0-9a-f]+)$/m.exec(await machine().readFile(`/proc/${pane}/status`))?.[1] ?? '';
    expect(BigInt(`0x${ignored}`) & (1n << 12n)).toBe(0n);
    expect(await machine().output(['readlink', `/proc/${(await server('emo')).pid}/cwd`])).toBe('/home/emo\n');
  });

  test('have the memory limits that the roster gives their user, and as many tasks as the slice has', async () => {
    await machine().output(['systemctl', 'daemon-reload']);
    const gib = 1024 ** 3;
    expect(await limitsOf('emo')).toEqual({ MemoryHigh: `${3 * gib}`, MemoryMax: `${4 * gib}`, TasksMax: 'infinity' });
    expect(await limitsOf('anca')).toEqual({ MemoryHigh: `${3 * gib}`, MemoryMax: 'infinity', TasksMax: 'infinity' });
    expect(await limitsOf('wizard')).toEqual({ MemoryHigh: 'infinity', MemoryMax: 'infinity', TasksMax: 'infinity' });
    expect((await propertiesOf('emo', 'OOMPolicy', 'ActiveState')).toSorted()).toEqual([
      'ActiveState=active',
      'OOMPolicy=continue',
    ]);
  });

  test('live on when the restore unit is restarted and stopped', async () => {
    const before = await servers();
    await machine().output(['systemctl', 'restart', restoreUnit]);
    await machine().output(['systemctl', 'stop', restoreUnit]);
    expect(await servers()).toEqual(before);
  });

  test('live on when the login session of root ends that brought them back', async () => {
    await loses('emo');
    await machine().output(['tmux-persist', 'restore', 'emo'], { login: true });
    await noLoginSessions();
    const { unit } = await server('emo');
    expect(unit).toMatch(/^tmux-server-/);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['caf\u00e9', 'notes']);
  });

  test('live on when the user logs out, or root, where logind kills the processes of a session that ends', async () => {
    await machine().writeFile(
      '/etc/systemd/logind.conf.d/kill.conf',
      '[Login]\nKillUserProcesses=yes\nUserStopDelaySec=0\n',
    );
    await machine().output(['systemctl', 'restart', 'systemd-logind.service']);
    await machine().output(['tmux', '-L', 'doomed', 'new-session', '-d'], { user: 'emo', login: true });
    await noLoginSessions();
    expect((await machine().exec(['tmux', '-L', 'doomed', 'list-sessions'], { user: 'emo' })).exitCode).toBe(1);

    await loses('emo');
    await machine().output(['tmux-persist', 'restore', 'emo'], { login: true });
    const before = await server('emo');
    await machine().output(['true'], { user: 'emo', login: true });
    await noLoginSessions();
    await waitFor(
      async () => (await machine().exec(['systemctl', 'is-active', '--quiet', 'user@*.service'])).exitCode !== 0,
      20_000,
      'the end of the user managers',
    );
    expect(await server('emo')).toEqual(before);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['caf\u00e9', 'notes']);
  });

  test('are seen by the save at shutdown', async () => {
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
    for (const user of users) await tmux(user, 'new-session', '-d', '-s', 'late');
    await machine().reboot();
    await waitFor(async () => (await machine().exec(['systemctl', 'is-active', restoreUnit])).exitCode === 0, 20_000);
    for (const user of users) expect(await sessionsOf(machine(), user)).toEqual(['caf\u00e9', 'late', 'notes']);
  });

  test('leave no unit and no socket behind when they end', async () => {
    for (const user of users) await tmux(user, 'kill-server');
    const units = ['systemctl', 'list-units', '--all', '--plain', '--no-legend', 'tmux-server-*'] as const;
    await waitFor(async () => (await machine().output(units)) === '', 20_000, 'the end of the services');
    expect(await machine().output(['ls', '-A', '/run/tmux-persist'])).toBe('');
    expect(await machine().output(['stat', '--format=%a %U', '/run/tmux-persist'])).toBe('700 root\n');
  });

  function tmux(user: User, ...args: readonly string[]): Promise<string> {
    return machine().output(['tmux', ...args], { user });
  }

  function server(user: User): Promise<TmuxServer> {
    return tmuxServerIn(machine(), user);
  }

  async function servers(): Promise<readonly TmuxServer[]> {
    return Promise.all(users.map(server));
  }

  async function limitsOf(user: User): Promise<Readonly<Record<string, string>>> {
    const lines = await propertiesOf(user, 'MemoryHigh', 'MemoryMax', 'TasksMax');
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  }

  async function propertiesOf(user: User, ...names: readonly string[]): Promise<readonly string[]> {
    const { unit } = await server(user);
    const text = await machine().output(['systemctl', 'show', `--property=${names.join(',')}`, unit]);
    return text.split('\n').slice(0, -1);
  }

  /** The user's server is killed, and that is recorded. */
  async function loses(user: User): Promise<void> {
    const { pid } = await server(user);
    await machine().output(['kill', '-KILL', `${pid}`]);
    await waitFor(async () => (await machine().exec(['test', '-e', `/proc/${pid}`])).exitCode !== 0, 10_000);
    await machine().output(['tmux-persist', 'save']);
  }

  function noLoginSessions(): Promise<void> {
    return waitFor(
      async () => (await machine().output(['loginctl', 'list-sessions', '--no-legend'])) === '',
      20_000,
      'the end of the login sessions',
    );
  }
});
