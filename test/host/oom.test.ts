import { describe, expect, test } from 'vitest';
import { addRosterUsers, installWithoutWatch, planIn, sessionsOf } from './support/installed-program.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const users = ['wizard', 'emo', 'anca'] as const;
type User = (typeof users)[number];

describe('an OOM kill on a host whose servers were restored', { timeout: 300_000 }, () => {
  const machine = useMachine();

  test('of the process of one pane takes that pane, and nothing else in the service of its user', async () => {
    await addRosterUsers(machine(), ...users);
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    for (const user of users) {
      for (const name of ['notes', 'work', 'hog']) await tmux(user, 'new-session', '-d', '-s', name);
    }
    await save();
    await machine().crash();
    await machine().boot();
    await waitFor(async () => (await sessionsOf(machine(), 'wizard')).length === 3, 20_000, 'the restore');
    await waitFor(async () => (await sessionsOf(machine(), 'emo')).length === 3, 20_000, 'the restore');
    await save();
    const before = await servers();
    const panes = await panesOf('emo', '#{pane_pid}');

    const hog = Number(await tmux('emo', 'display-message', '-p', '-t', '=hog:', '#{pane_pid}'));
    await tmux('emo', 'send-keys', '-t', '=hog:', 'read go; exec tail /dev/zero', 'Enter');
    await machine().oomKillProcess(hog, () => tmux('emo', 'send-keys', '-t', '=hog:', 'go', 'Enter'));

    await waitFor(async () => (await sessionsOf(machine(), 'emo')).length === 2, 20_000, 'the end of the session');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'work']);
    expect(await panesOf('emo', '#{pane_pid}')).toEqual(panes.filter((pid) => Number(pid) !== hog));
    expect(await servers()).toEqual(before);
    const { unit } = await tmuxServerIn(machine(), 'emo');
    expect(unit).toMatch(/^tmux-server-/);
    expect(await machine().output(['systemctl', 'is-active', unit])).toBe('active\n');
  });

  test('of a pane is the cause that brings it back', async () => {
    await save();
    expect(await pendingOf('emo')).toEqual(['create hog (killed)']);
    await machine().output(['tmux-persist', 'apply', '--user', 'emo']);
    expect(await sessionsOf(machine(), 'emo')).toEqual(['hog', 'notes', 'work']);
  });

  test('of one server leaves a stale socket, and the servers of the others as they are', async () => {
    await tmux('emo', 'kill-session', '-t', '=hog');
    await save();
    const { unit } = await tmuxServerIn(machine(), 'emo');
    const before = await Promise.all((['wizard', 'anca'] as const).map((user) => tmuxServerIn(machine(), user)));
    await machine().oomKillServer('emo');
    const uid = (await machine().output(['id', '-u', 'emo'])).trim();
    expect((await machine().exec(['test', '-S', `/tmp/tmux-${uid}/default`])).exitCode).toBe(0);
    expect(await sessionsOf(machine(), 'emo')).toEqual([]);
    await waitFor(async () => (await machine().exec(['systemctl', 'is-active', unit])).exitCode !== 0, 20_000);
    expect(await Promise.all((['wizard', 'anca'] as const).map((user) => tmuxServerIn(machine(), user)))).toEqual(
      before,
    );
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  test('of one server is no reason to forget, however many saves see nothing', async () => {
    for (let count = 0; count < 3; count += 1) await save();
    expect(await pendingOf('emo')).toEqual(['create notes (server-died)', 'create work (server-died)']);
  });

  test('of one server is mended by `restore emo`, which brings back exactly what emo had', async () => {
    const { pid } = await tmuxServerIn(machine(), 'wizard');
    await machine().output(['kill', '-KILL', `${pid}`]);
    await waitFor(async () => (await sessionsOf(machine(), 'wizard')).length === 0, 10_000);
    const anca = await tmuxServerIn(machine(), 'anca');

    await machine().output(['tmux-persist', 'restore', 'emo']);

    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'work']);
    expect((await tmuxServerIn(machine(), 'emo')).unit).toMatch(/^tmux-server-/);
    expect(await sessionsOf(machine(), 'wizard')).toEqual([]);
    expect(await tmuxServerIn(machine(), 'anca')).toEqual(anca);
    await machine().output(['tmux-persist', 'restore', 'wizard']);
  });

  test('of one server, after which the user opened a session: it stays, and the others come back beside it', async () => {
    await machine().oomKillServer('anca');
    await machine().output(['tmux', 'new-session', '-d', '-s', 'fresh'], { user: 'anca', login: true });
    await save();
    const own = await tmuxServerIn(machine(), 'anca');
    expect(own.unit).toMatch(/^session-\w+\.scope$/);
    const pane = await panesOf('anca', '#{pane_pid}');

    await machine().output(['tmux-persist', 'restore', 'anca']);

    expect(await sessionsOf(machine(), 'anca')).toEqual(['fresh', 'hog', 'notes', 'work']);
    expect(await tmuxServerIn(machine(), 'anca')).toEqual(own);
    expect(await panesOf('anca', '#{pane_pid}')).toContain(pane[0]);
    for (const user of users) expect(await pendingOf(user)).toEqual([]);
  });

  test('of one server is mended by the next apply, which leaves what a person closed', async () => {
    await tmux('anca', 'kill-session', '-t', '=hog');
    await machine().output(['tmux-persist', 'apply']);
    await machine().oomKillServer('wizard');
    for (let run = 1; run <= 2; run += 1) await machine().output(['tmux-persist', 'apply']);
    expect(await sessionsOf(machine(), 'wizard')).toEqual(['hog', 'notes', 'work']);
    expect(await sessionsOf(machine(), 'anca')).toEqual(['fresh', 'notes', 'work']);
  });

  function tmux(user: User, ...args: readonly string[]): Promise<string> {
    return machine().output(['tmux', ...args], { user });
  }

  async function panesOf(user: User, format: string): Promise<readonly string[]> {
    return (await tmux(user, 'list-panes', '-a', '-F', format)).split('\n').slice(0, -1);
  }

  function servers() {
    return Promise.all(users.map((user) => tmuxServerIn(machine(), user)));
  }

  function save(): Promise<string> {
    return machine().output(['tmux-persist', 'save']);
  }

  /** What an apply would do for a user, as `create notes (server-died)`. */
  async function pendingOf(user: User): Promise<readonly string[]> {
    const plan = await planIn(machine());
    const actions = plan.users.find((one) => one.user === user)?.actions ?? [];
    return actions
      .filter(({ action }) => action === 'create')
      .map(({ action, session, cause }) => `${action} ${session} (${cause})`)
      .toSorted();
  }
});
