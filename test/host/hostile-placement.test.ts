import { describe, expect, test } from 'vitest';
import { addRosterUsers, installWithoutWatch } from './support/installed-program.ts';
import { environmentIn, tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';

/**
 * What systemd, tmux or a shell would make something else of; every user has one, as a directory and, but for backslashes,
 * as a session: tmux 3.1c shows those in another way than the others.
 */
const hostile = [
  '%h %n %% %',
  '$HOME',
  '${HOME}$$ $$$',
  '-p',
  '--wait',
  '\\x41\\n\\',
  ';',
  `it's "quoted"`,
  '#(touch #{pid})',
  '$(touch x) `touch y`',
  '@/etc/passwd',
  ' two  spaces ',
  'caf\u00e9 \u{1f600}\u200b',
  'a'.repeat(200),
] as const;

const users = hostile.map((_, at) => `user${at}`);
const oddHome = '/home/%h $HOME "q" \\x41';

describe('a server that root starts for a user', { timeout: 300_000 }, () => {
  const machine = useMachine();

  test('gets names, directories and a home that mean something to systemd as they are', async () => {
    await addRosterUsers(machine(), ...users, 'odd', 'fresh');
    await machine().output(['usermod', '--move-home', '--home', oddHome, 'odd']);
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await Promise.all(hostile.map((name, at) => openSession(`user${at}`, name)));
    await machine().output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'odd', cwd: '/' });
    const before = await seen();
    await machine().output(['tmux-persist', 'save']);
    await machine().output(['pkill', '-KILL', '--exact', 'tmux: server']);

    const { exitCode, stdout, stderr } = await machine().exec(['tmux-persist', 'restore'], { timeoutMs: 60_000 });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).not.toContain('no service of its own');

    expect(await seen()).toEqual(before);
    for (const user of [...users, 'odd']) {
      const { unit, environment } = await tmuxServerIn(machine(), user);
      expect(unit).toMatch(/^tmux-server-\d+-[0-9a-f]{8}\.service$/);
      expect(environment['HOME']).toBe(user === 'odd' ? oddHome : `/home/${user}`);
    }
    const { pid } = await tmuxServerIn(machine(), 'odd');
    expect(await machine().output(['readlink', `/proc/${pid}/cwd`])).toBe(`${oddHome}\n`);
    expect(
      await machine().output(['find', '/home', '-name', 'x', '-o', '-name', 'y', '-o', '-regex', '.*/[0-9]+']),
    ).toBe('');
  });

  test('stays as it is when systemd reads its unit again', async () => {
    const before = await seen();
    await machine().output(['systemctl', 'daemon-reload']);
    await machine().output(['systemctl', 'daemon-reexec']);
    expect(await seen()).toEqual(before);
    const units = await machine().output(['systemctl', 'list-units', '--plain', '--no-legend', 'tmux-server-*']);
    expect(units.trim().split('\n')).toHaveLength(users.length + 1);
  });

  test('lives in the slice of its user whatever a session is called, and tells nobody what that is', async () => {
    await machine().output(['pkill', '-KILL', '--exact', 'tmux: server']);
    // A noncharacter: valid UTF-8, and refused by sd-bus.
    await openSession('fresh', 'odd \ufdd0');
    const before = await sessionsAndDirectories('fresh');
    await machine().output(['tmux-persist', 'save', '--user', 'fresh']);
    await machine().output(['pkill', '-KILL', '--exact', 'tmux: server']);
    const { exitCode, stdout } = await machine().exec(['tmux-persist', 'restore', 'fresh']);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('no service of its own');
    expect(await sessionsAndDirectories('fresh')).toBe(before);
    const { cgroup, unit } = await tmuxServerIn(machine(), 'fresh');
    const uid = (await machine().output(['id', '-u', 'fresh'])).trim();
    expect(cgroup).toBe(`/user.slice/user-${uid}.slice/${unit}`);
    // Everybody may read the units there.
    const told = await machine().output(['sh', '-c', 'cat /run/systemd/transient/tmux-server-*']);
    expect(told).toContain('tmux server of fresh');
    expect(told).not.toContain('odd \ufdd0');
    expect(told).not.toContain('new-session');
  });

  test("does not read the caller's environment into the words of its command", async () => {
    await machine().output(['pkill', '-KILL', '--exact', 'tmux: server']);
    await machine().output(['systemctl', 'set-environment', 'SECRET=of-the-host']);
    await openSession('user1', 'it is $SECRET');
    const before = await sessionsAndDirectories('user1');
    await machine().output(['tmux-persist', 'save', '--user', 'user1']);
    await machine().output(['pkill', '-KILL', '--exact', 'tmux: server']);
    await machine().output(['tmux-persist', 'restore', 'user1'], { env: { SECRET: 'of-the-caller' } });
    expect(await sessionsAndDirectories('user1')).toContain(before.trim());
    const pane = await machine().output(['tmux', 'list-panes', '-a', '-F', '#{pane_pid}'], { user: 'user1' });
    expect(JSON.stringify(environmentIn(machine(), Number(pane.trim().split('\n')[0])))).not.toContain('of-the-caller');
  });

  async function openSession(user: string, name: string): Promise<void> {
    const directory = `/home/${user}/${name}`;
    await machine().output(['mkdir', '-p', '--', directory], { user });
    const words = ['-s', name.replaceAll('\\', '/'), '-c', directory].map((word) =>
      word.replaceAll('#', '##').replace(/;$/, '\\;'),
    );
    await machine().output(['tmux', 'new-session', '-d', ...words], { user });
  }

  async function seen(): Promise<Readonly<Record<string, string>>> {
    const all = [...users, 'odd'];
    const found = await Promise.all(all.map(sessionsAndDirectories));
    return Object.fromEntries(all.map((user, at) => [user, found[at] ?? '']));
  }

  function sessionsAndDirectories(user: string): Promise<string> {
    const format = '#{session_name}|#{pane_current_path}';
    return machine().output(['tmux', '-u', 'list-panes', '-a', '-F', format], { user, cwd: '/' });
  }
});
