import { describe, expect, test } from 'vitest';
import { connectionsIn } from '../support/listening-sockets.ts';
import type { ExecResult } from './support/exec-inside.ts';
import { sessionsOf } from './support/installed-program.ts';
import { programInside } from './support/program-binds.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';
import { untilRecordedMs } from './support/watched-host.ts';

const command = '/home/emo/.local/lib/tmux-persist/bin/tmux-persist';
const link = '/home/emo/.local/bin/tmux-persist';
const units = '/home/emo/.config/systemd/user';
const forTmuxConf = '/home/emo/.local/lib/tmux-persist/tmux-persist.tmux';
const manuals = '/home/emo/.local/share/man/man1';

describe('the installation of one person', { timeout: 150_000 }, () => {
  const machine = useMachine();

  test('says first what it would do, and then does nothing', async () => {
    await machine().addUser('emo');
    const { exitCode, stdout } = await install('--dry-run');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('tmux-persist-restore.service'),
    });
    expect((await asEmo('ls', '-A', '/home/emo')).stdout).not.toContain('.local');
  });

  test('is one line, and tells what is missing for a restore at boot', async () => {
    const { exitCode, stdout, stderr } = await install();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('loginctl enable-linger');
    expect(stdout).not.toContain('roster');
    expect((await asEmo('ls', manuals)).stdout).toBe('tmux-persist.1\n');
    expect((await asEmo('test', '-x', forTmuxConf)).exitCode).toBe(0);
    await machine().output(['loginctl', 'enable-linger', 'emo']);
    expect((await install()).stdout).toContain('they come back at boot\n');
    expect(await own('is-active', 'tmux-persist-save.timer', 'tmux-persist-watch.service')).toBe('active\nactive\n');
  });

  test('needs no roster, and nothing complains of there being none', async () => {
    await open('notes', 'work');
    await waitFor(async () => (await asEmo(link, 'show', 'emo')).stdout.includes('work'), 20_000, 'a record of work');
    for (const words of [['status'], ['plan'], ['doctor'], ['save'], ['history']]) {
      const { exitCode, stdout, stderr } = await asEmo(link, ...words);
      expect({ words, exitCode, stderr }).toEqual({ words, exitCode: 0, stderr: '' });
      expect(stdout).not.toMatch(/no roster|^(warning|error)/m);
    }
  });

  test('brings everything back after a boot, and leaves the server when the restore is stopped or ended', async () => {
    await machine().reboot();
    await waitFor(async () => (await sessionsOf(machine(), 'emo')).length === 2, 40_000, 'the sessions after the boot');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'work']);
    const { pid } = await tmuxServerIn(machine(), 'emo');
    const ofRestore = ['show', '-P', 'ActiveState', 'tmux-persist-restore.service'];
    await waitFor(async () => (await own(...ofRestore)) === 'active\n', 20_000, 'the end of the restore');
    await own('stop', 'tmux-persist-restore.service');
    expect((await tmuxServerIn(machine(), 'emo')).pid).toBe(pid);
    expect(await own('list-units', '--failed', '--plain', '--no-legend')).toBe('');
  });

  test('heals a loss by itself', async () => {
    // The watch looks once a second. What comes and goes in between is found by the next save of everybody.
    await waitFor(isWatched, untilRecordedMs, 'the wait of the watch for the server');
    await machine().output(['kill', '-KILL', `${(await tmuxServerIn(machine(), 'emo')).pid}`]);
    await waitFor(async () => (await sessionsOf(machine(), 'emo')).length === 2, 30_000, 'the heal');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'work']);
  });

  test('keeps an edited unit beside when it is installed again, from its own copy', async () => {
    await asEmo('sed', '-i', 's/5min/9min/', `${units}/tmux-persist-save.timer`);
    const { exitCode, stdout } = await asEmo(link, 'install', '--user');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`an edited unit is kept as ${units}/tmux-persist-save.timer.kept\n`);
    expect(await machine().readFile(`${units}/tmux-persist-save.timer`)).toContain('OnUnitActiveSec=5min');
  });

  test('leaves another command of its name alone, and its units call ours', async () => {
    await asEmo('rm', link);
    await asEmo('sh', '-c', `printf '#!/bin/sh\\necho mine\\n' >${link}; chmod 755 ${link}`);
    const { exitCode, stdout } = await asEmo(command, 'install', '--user');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${link} is another command, and stays; ours is ${command}\n`);
    expect((await asEmo(link)).stdout).toBe('mine\n');
    await asEmo('rm', link);
    await asEmo(command, 'install', '--user');
  });

  test('prints the lines of a crontab where no systemd of that person runs', async () => {
    for (const dryRun of [['--dry-run'], []]) {
      const { exitCode, stdout } = await machine().exec([link, 'install', '--user', ...dryRun], {
        user: 'emo',
        env: { XDG_RUNTIME_DIR: '/nonexistent' },
      });
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`  */5 * * * *  ${command} save --quiet >/dev/null\n`);
      expect(stdout).toContain(`  @reboot      ${command} restore --quiet >/dev/null\n`);
      expect(stdout).not.toContain('tmux-persist-save.timer');
    }
  });

  test('goes away whole, and leaves the records and the sessions', async () => {
    const { exitCode, stdout } = await asEmo(link, 'uninstall', '--user');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`removed ${link}\n`);
    expect((await asEmo('ls', units)).stdout.split('\n')).toEqual(
      expect.not.arrayContaining(['tmux-persist-save.timer', 'tmux-persist-watch.service']),
    );
    expect((await asEmo('ls', '/home/emo/.local/lib')).stdout).toBe('');
    expect((await asEmo('ls', '/home/emo/.local/share/man')).stdout).toBe('');
    expect((await asEmo('ls', '/home/emo/.local/state/tmux-persist')).stdout).toContain('users');
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes', 'work']);
    expect(await own('list-units', '--state=active,failed', '--plain', '--no-legend', 'tmux-persist-*')).toBe('');
  });

  test('has its units record where XDG_STATE_HOME of the shell says, which status looks at', async () => {
    const records = '/home/emo/my 50% state/tmux-persist';
    const inShell = { user: 'emo', login: true, env: { XDG_STATE_HOME: '/home/emo/my 50% state' } };
    await machine().output([...programInside, 'install', '--user'], inShell);
    await waitFor(
      async () => (await machine().exec([link, 'status'], inShell)).stdout.includes('watch: running'),
      20_000,
      'the watch of these records',
    );
    await own('start', 'tmux-persist-save.service');
    expect((await machine().exec([link, 'status', '--format', '{live} {state}'], inShell)).stdout).toBe('2 ok\n');
    const { exitCode, stdout } = await machine().exec([link, 'uninstall', '--user', '--purge'], inShell);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(`removed the records in ${records}\n`),
    });
    expect((await asEmo('ls', '/home/emo/.local/state/tmux-persist')).stdout).toContain('users');
  });

  test('is not for a person whose sessions root keeps, nor for root', async () => {
    const { exitCode, stderr } = await machine().exec([...programInside, 'install', '--user']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('root serves the whole host: tmux-persist install\n');
  });

  function install(...more: readonly string[]): Promise<ExecResult> {
    return asEmo(...programInside, 'install', '--user', ...more);
  }

  function asEmo(...argv: readonly [string, ...string[]]): Promise<ExecResult> {
    return machine().exec(argv, { user: 'emo', login: true });
  }

  /** Whether somebody stays connected to emo's server, as a watch does that waits for its end. */
  async function isWatched(): Promise<boolean> {
    const asked = ['tmux', 'display-message', '-p', '#{socket_path}'] as const;
    const socketPath = (await machine().output(asked, { user: 'emo' })).trim();
    // The connection of a save is short.
    return (await isConnected(socketPath)) && (await isConnected(socketPath));
  }

  async function isConnected(socketPath: string): Promise<boolean> {
    return connectionsIn(await machine().readFile('/proc/net/unix'), socketPath) > 0;
  }

  async function open(...names: readonly string[]): Promise<void> {
    for (const name of names) await machine().output(['tmux', 'new-session', '-d', '-s', name], { user: 'emo' });
  }

  function own(...words: readonly string[]): Promise<string> {
    return machine().output(['systemctl', '--user', ...words], { user: 'emo', login: true });
  }
});
