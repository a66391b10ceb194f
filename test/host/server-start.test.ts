import { describe, expect, onTestFinished, test } from 'vitest';
import type { ExecResult } from './support/exec-inside.ts';
import { addRosterUsers, installWithoutWatch, sessionsOf } from './support/installed-program.ts';
import { journalOf } from './support/journal.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

const noService = 'its tmux server has no service of its own: ';

describe('the start of a server', { timeout: 300_000 }, () => {
  const machine = useMachine();

  test('goes without systemd where systemd cannot be reached, and says so', async () => {
    await addRosterUsers(machine(), 'emo', 'wizard');
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await machine().output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
    await loses();
    const sockets = ['/run/systemd/private', '/run/dbus/system_bus_socket'] as const;
    for (const socket of sockets) await moveAway(socket);

    const { exitCode, stdout } = await restore();

    expect(stdout).toContain(`emo: created notes in ~, shell; ${noService}Failed to connect to`);
    expect(exitCode).toBe(0);
    expect((await tmuxServerIn(machine(), 'emo')).groups).toEqual(['emo']);
  });

  test('is in a service again as soon as systemd answers', async () => {
    await loses();
    expect((await restore()).stdout).toContain('emo: created notes in ~, shell\n');
    expect((await tmuxServerIn(machine(), 'emo')).unit).toMatch(/^tmux-server-/);
  });

  test('goes without systemd where systemd-run is missing, or is none', async () => {
    await loses();
    await moveAway('/usr/bin/systemd-run');
    expect(await restore()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`${noService}systemd-run was not found`),
    });
    await loses();
    await machine().writeFile('/usr/bin/systemd-run', 'nonsense', '0644');
    expect(await restore()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`${noService}systemd-run could not be run: permission denied`),
    });
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
  });

  test('is left out by the unit of the boot, whose sandbox the server would inherit, and that is said', async () => {
    await loses();
    const restoreUnit = 'tmux-persist-restore.service';
    await machine().writeFile(
      '/usr/bin/systemd-run.broken',
      '#!/bin/sh\necho words of systemd-run >&2; exit 1\n',
      '0755',
    );
    await moveAway('/usr/bin/systemd-run');
    await machine().output(['mv', '/usr/bin/systemd-run.broken', '/usr/bin/systemd-run']);
    expect((await machine().exec(['systemctl', 'restart', restoreUnit])).exitCode).toBe(1);
    expect((await journalOf(machine(), restoreUnit)).map(({ message }) => message)).toContainEqual(
      'emo: failed notes: a tmux server cannot be started from within a sandbox: words of systemd-run',
    );
    expect((await machine().exec(['pgrep', '-u', 'emo'])).exitCode).toBe(1);
    await machine().output(['rm', '/usr/bin/systemd-run']);
    await machine().output(['mv', '/usr/bin/systemd-run.away', '/usr/bin/systemd-run']);
    await machine().output(['systemctl', 'restart', restoreUnit]);
    expect((await tmuxServerIn(machine(), 'emo')).unit).toMatch(/^tmux-server-/);
    await machine().output(['cp', '-a', '/usr/bin/systemd-run', '/usr/bin/systemd-run.away']);
  });

  test('goes into a scope of its user where PAM keeps systemd from a service, and the journal that is named tells why', async () => {
    await loses();
    await machine().output(['chage', '--expiredate', '1', 'emo']);
    onTestFinished(async () => void (await machine().output(['chage', '--expiredate', '-1', 'emo'])));
    const { exitCode, stdout } = await restore();
    expect(exitCode).toBe(0);
    const [, unit = ''] = /see journalctl --unit (tmux-server-\S+\.service)$/m.exec(stdout) ?? [];
    await waitFor(async () => (await machine().journal(unit)).some((line) => line.includes('PAM')), 10_000);
    const { cgroup, groups } = await tmuxServerIn(machine(), 'emo');
    const uid = (await machine().output(['id', '-u', 'emo'])).trim();
    expect(cgroup).toMatch(new RegExp(`^/user\\.slice/user-${uid}\\.slice/run-.*\\.scope$`));
    expect(groups).toContain('emo');
    expect(groups).not.toContain('root');
  });

  test('fails in tmux\u2019s own words where tmux refuses, for that user alone', async () => {
    await loses();
    await machine().output(['tmux', 'new-session', '-d', '-s', 'ledger'], { user: 'wizard' });
    // No more terminals than there are: wizard has the first.
    await machine().output(['mount', '-o', 'remount,max=1', '/dev/pts']);
    onTestFinished(async () => void (await machine().output(['mount', '-o', 'remount,max=1024', '/dev/pts'])));
    const { exitCode, stdout } = await restore();
    expect(stdout).toMatch(/^emo: failed notes: .*No space left on device/m);
    expect(exitCode).toBe(1);
    expect(await sessionsOf(machine(), 'wizard')).toEqual(['ledger']);
    expect(await machine().output(['systemctl', 'list-units', '--failed', '--plain', '--no-legend'])).toBe('');
  });

  test('leaves what could not be started to the next time', async () => {
    expect(await restore()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('created notes in ~, shell\n'),
    });
  });

  test('fails where the configuration of the user ends the server', async () => {
    await loses();
    await configure('kill-server\n');
    const { exitCode, stdout } = await restore();
    expect(stdout).toMatch(/^emo: failed notes: (server exited|lost server|no server running)/m);
    expect(exitCode).toBe(1);
  });

  test('takes no harm from a configuration that tmux cannot read', async () => {
    await configure('nonsense "\n');
    expect(await restore()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('created notes in ~, shell\n'),
    });
    expect((await tmuxServerIn(machine(), 'emo')).unit).toMatch(/^tmux-server-/);
  });

  test('takes no harm from a home and a login shell that are missing', async () => {
    await loses();
    await moveAway('/home/emo');
    await machine().output(['usermod', '--shell', '/bin/gone', 'emo']);
    onTestFinished(async () => void (await machine().output(['usermod', '--shell', '/bin/bash', 'emo'])));
    expect(await restore()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(
        'emo: created notes in ~, shell; it starts in /, because /home/emo is missing or closed\n',
      ),
    });
    const { unit, environment } = await tmuxServerIn(machine(), 'emo');
    expect(unit).toMatch(/^tmux-server-/);
    expect(environment['HOME']).toBe('/home/emo');
    const shell = await machine().output(['tmux', 'list-panes', '-a', '-F', '#{pane_current_command}'], {
      user: 'emo',
      cwd: '/',
    });
    // What ran comes back, whatever the account says by now.
    expect(shell).toBe('bash\n');
  });

  /** Emo's server is killed where it runs; what it had is on record. */
  async function loses(): Promise<void> {
    await machine().output(['tmux-persist', 'save']);
    await machine().exec(['pkill', '-KILL', '-u', 'emo']);
    await waitFor(async () => (await machine().exec(['pgrep', '-u', 'emo'])).exitCode === 1, 20_000, 'the end of emo');
    await machine().output(['tmux-persist', 'save']);
  }

  function restore(): Promise<ExecResult> {
    return machine().exec(['tmux-persist', 'restore', 'emo']);
  }

  function configure(text: string): Promise<void> {
    onTestFinished(async () => void (await machine().output(['rm', '-f', '/home/emo/.tmux.conf'])));
    return machine().writeFile('/home/emo/.tmux.conf', text);
  }

  /** Until the test ends. */
  async function moveAway(path: string): Promise<void> {
    await machine().output(['mv', path, `${path}.away`]);
    onTestFinished(async () => {
      await machine().output(['rm', '-rf', path]);
      await machine().output(['mv', `${path}.away`, path]);
    });
  }
});
