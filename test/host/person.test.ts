import { describe, expect, test } from 'vitest';
import type { ExecResult } from './support/exec-inside.ts';
import { addRosterUsers, installWithoutWatch, saveByUnit, sessionsOf } from './support/installed-program.ts';
import { tmuxServerIn } from './support/tmux-server-in.ts';
import { useMachine } from './support/use-machine.ts';

/** Root keeps the records of emo and anca, and shows the roster to nobody else. */
describe('a person who is not root', { timeout: 180_000 }, () => {
  const machine = useMachine();

  test('is shown the own losses from the records of root, and nobody else’s', async () => {
    await addRosterUsers(machine(), 'emo', 'anca');
    expect((await installWithoutWatch(machine())).exitCode).toBe(0);
    await machine().output(['chmod', '600', '/etc/tmux-persist/roster.yaml']);
    await machine().output(['tmux', 'new-session', '-d', '-s', 'notes'], { user: 'emo' });
    await machine().output(['tmux', 'new-session', '-d', '-s', 'secret-name'], { user: 'anca' });
    await saveByUnit(machine());
    for (const user of ['emo', 'anca']) {
      await machine().output(['kill', '-KILL', String((await tmuxServerIn(machine(), user)).pid)]);
    }
    await saveByUnit(machine());
    const told = {
      plan: '+ notes',
      status: 'emo: 1 session to create',
      history: 'gone: server died',
      doctor: '0 errors',
    };
    for (const [command, words] of Object.entries(told)) {
      const { exitCode, stdout, stderr } = await asEmo(command);
      expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' });
      expect(stdout).toContain(words);
      expect(stdout).not.toMatch(/anca|secret-name/);
    }
  });

  test.each(['save', 'apply', 'restore', 'forget emo notes'])(
    'is told by %s what root can do, and no more',
    async (words) => {
      const { exitCode, stdout, stderr } = await asEmo(...words.split(' '));
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^tmux-persist: root keeps the records in \/var\/lib\/tmux-persist, .*sudo /s);
      expect(stderr).not.toMatch(/\brm\b|\bmv\b|roster/);
      expect(await sessionsOf(machine(), 'emo')).toEqual([]);
    },
  );

  test('brings the own sessions back the way that is told, where the host allows it', async () => {
    const way = ['sudo', '-n', 'tmux-restore-user', 'emo'] as const;
    expect((await asEmo('apply')).stderr).toContain(way.join(' '));
    expect((await machine().exec(way, { user: 'emo' })).exitCode).not.toBe(0);
    expect(await sessionsOf(machine(), 'emo')).toEqual([]);
    await machine().output(['usermod', '-aG', 'tmux-restore', 'emo']);
    expect(await machine().exec(way, { user: 'emo', login: true })).toMatchObject({ exitCode: 0 });
    expect(await sessionsOf(machine(), 'emo')).toEqual(['notes']);
    expect(await sessionsOf(machine(), 'anca')).toEqual([]);
  });

  function asEmo(...args: readonly string[]): Promise<ExecResult> {
    return machine().exec(['tmux-persist', ...args], { user: 'emo' });
  }
});
