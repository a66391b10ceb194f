import { describe, expect, test } from 'vitest';
import { actionsOf } from '../support/plan-document.ts';
import { addRosterUsers, installWithoutWatch, planIn, saveByUnit, sessionsOf } from './support/installed-program.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';
import { waitFor } from './support/wait-for.ts';

describe('a unit and a shell that take turns', { timeout: 60_000 }, () => {
  const machine = useMachine();

  // In a container the sandbox of a unit has its own /proc/sys, with the boot id of the host (systemd 247, 252; not 257).
  test('would each read another boot id where they are, on an older systemd', async () => {
    await addRosterUsers(machine(), 'emo');
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await machine().output(['systemctl', 'stop', 'tmux-persist-save.timer']);
    const inSandbox = ['systemd-run', '--wait', '--pipe', '--quiet', '--property=ProtectKernelTunables=yes'] as const;
    const seenThere = await machine().output([...inSandbox, 'cat', '/proc/sys/kernel/random/boot_id']);
    const version = Number(/\d+/.exec(await machine().output(['systemctl', '--version']))?.[0]);
    expect(seenThere.trim() === (await machine().bootId())).toBe(version >= 257);
  });

  test('store one record, and nothing for the change of hands', async () => {
    await open('notes', 'work', 'draft');
    await saveInUnit();
    const [first, ...others] = await snapshots();
    expect(others).toEqual([]);
    await saveByShell();
    await saveInUnit();
    expect(await snapshots()).toEqual([first]);
  });

  test('tell alike that a person has closed a session', async () => {
    await close('draft');
    expect(await planned()).toEqual(['draft: hold (closed)', 'notes: live', 'work: live']);
    await saveByShell();
    await close('work');
    await saveInUnit();
    expect(await recorded()).toEqual(['draft closed', 'notes live', 'work closed']);
    expect(await planned()).toEqual(['draft: hold (closed)', 'notes: live', 'work: hold (closed)']);
    expect(await restoreByUnit()).toEqual(['notes']);
  });

  test('tell alike of a server that was killed in between', async () => {
    await open('job');
    await saveInUnit();
    await killServer();
    expect(await planned()).toEqual([
      'draft: hold (closed)',
      'job: create (server-died)',
      'notes: create (server-died)',
      'work: hold (closed)',
    ]);
    await open('other');
    await saveByShell();
    await killServer();
    await saveInUnit();
    const lost = ['draft closed', 'job server-died', 'notes server-died', 'other server-died', 'work closed'];
    expect(await recorded()).toEqual(lost);
    const before = await snapshots();
    await saveByShell();
    await saveInUnit();
    expect(await snapshots()).toEqual(before);
    expect(await restoreByUnit()).toEqual(['job', 'notes', 'other']);
  });

  test('tell alike of a server that was stopped in between', async () => {
    await saveInUnit();
    await machine().output(['tmux', 'kill-server'], { user: 'emo' });
    const [, job] = await planned();
    expect(job).toMatch(/^job: (create|hold) \(server-(died|stopped)\)$/);
    await saveByShell();
    const before = await recorded();
    await saveInUnit();
    expect(await recorded()).toEqual(before);
    expect(before).not.toContainEqual(expect.stringContaining('reboot'));
  });

  test.each([
    ['the unit', () => saveInUnit(), () => saveByShell()],
    ['a shell', () => saveByShell(), () => saveInUnit()],
  ])('tell alike of a boot before which %s saved last', async (_, save, saveAfter) => {
    await machine().exec(['tmux', 'kill-server'], { user: 'emo' });
    await open('notes', 'job');
    await save();
    for (const unit of ['tmux-persist-restore.service', 'tmux-persist-save.timer']) {
      await machine().output(['systemctl', 'disable', unit]);
    }
    await machine().crash();
    await machine().boot();
    expect(await planned()).toEqual(expect.arrayContaining(['job: create (reboot)', 'notes: create (reboot)']));
    await saveAfter();
    expect(await recorded()).toEqual(expect.arrayContaining(['job reboot', 'notes reboot']));
    expect(await restoreByUnit()).toEqual(expect.arrayContaining(['job', 'notes']));
  });

  async function open(...names: readonly string[]): Promise<void> {
    for (const name of names) await machine().output(['tmux', 'new-session', '-d', '-s', name], { user: 'emo' });
  }

  async function close(name: string): Promise<void> {
    await machine().output(['tmux', 'kill-session', '-t', `=${name}`], { user: 'emo' });
  }

  async function killServer(): Promise<void> {
    const { pid } = await tmuxServerIn(machine(), 'emo');
    await machine().output(['kill', '-KILL', String(pid)]);
    const isThere = async () => (await machine().exec(['test', '-e', `/proc/${pid}`])).exitCode === 0;
    await waitFor(async () => !(await isThere()), 20_000, 'the end of the server');
  }

  /** However often: systemd lets nobody start a unit more than five times in ten seconds, unless it is told to forget. */
  async function saveInUnit(): Promise<void> {
    // Of a unit that is not loaded, as after a boot, there is nothing to forget.
    await machine().exec(['systemctl', 'reset-failed', 'tmux-persist-save.service']);
    await saveByUnit(machine());
  }

  async function saveByShell(): Promise<void> {
    await machine().output(['tmux-persist', 'save']);
  }

  async function restoreByUnit(): Promise<readonly string[]> {
    await machine().output(['systemctl', 'restart', 'tmux-persist-restore.service']);
    return sessionsOf(machine(), 'emo');
  }

  async function planned(): Promise<readonly string[]> {
    return actionsOf(await planIn(machine())).toSorted();
  }

  /** Every entry of the newest record with its cause, sorted. */
  async function recorded(): Promise<readonly string[]> {
    const text = await machine().output(['tmux-persist', 'show', 'emo', '--json']);
    const { manifest }: { manifest: { sessions: readonly { name: string; cause: string | null }[] } } =
      JSON.parse(text);
    return manifest.sessions.map(({ name, cause }) => `${name} ${cause ?? 'live'}`).toSorted();
  }

  async function snapshots(): Promise<readonly string[]> {
    return (await machine().output(['ls', '/var/lib/tmux-persist/users/emo/snapshots'])).split('\n').slice(0, -1);
  }
});
