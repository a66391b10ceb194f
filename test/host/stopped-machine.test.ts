import { describe, expect, test } from 'vitest';
import type { ExecResult } from './support/exec-inside.ts';
import { addRosterUsers, installFrom } from './support/installed-program.ts';
import { programInside } from './support/program-binds.ts';
import { useMachine } from './support/use-machine.ts';

const tmuxPersist = programInside.join(' ');

// What a lifecycle script runs over ssh before the stop and after the start, from nothing: no environment, no input, no terminal.
describe('a machine that is stopped and started', { timeout: 60_000 }, () => {
  const machine = useMachine();

  test.each([
    ['shuts down', 'powerOff'],
    ['loses its power', 'crash'],
  ] as const)('has the sessions of one user, who is not root and has no roster, after it %s', async (_, stop) => {
    const user = stop === 'crash' ? 'emo' : 'lena';
    await machine().addUser(user);
    await work(user);
    const before = await panes(user);
    expect(before).toHaveLength(4);
    expect(await fromNothing(`${tmuxPersist} save`, user)).toMatchObject({ exitCode: 0 });
    await machine()[stop]();
    await machine().boot();
    expect(await panes(user)).toEqual([]);
    expect(await fromNothing(`${tmuxPersist} restore`, user)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Applied: 2 created, 0 failed; '),
    });
    expect(await panes(user)).toEqual(before);
  });

  test('has the sessions of every user of the roster, from root', async () => {
    await addRosterUsers(machine(), 'anca', 'wizard');
    for (const user of ['anca', 'wizard']) await work(user);
    const before = await Promise.all(['anca', 'wizard'].map(panes));
    expect(before.flat()).toHaveLength(8);
    expect(await fromNothing(`${tmuxPersist} save`, 'root')).toMatchObject({ exitCode: 0, stderr: '' });
    await machine().powerOff();
    await machine().boot();
    const restored = await fromNothing(`${tmuxPersist} restore`, 'root');
    expect(restored.stdout).toContain('Applied: 4 created, 0 failed; ');
    expect(restored.exitCode).toBe(0);
    expect(await Promise.all(['anca', 'wizard'].map(panes))).toEqual(before);
  });

  test('has them once where our own units have restored them already, or are about to', async () => {
    expect((await installFrom(machine())).exitCode).toBe(0);
    const before = await Promise.all(['anca', 'wizard'].map(panes));
    expect(before.flat()).toHaveLength(8);
    expect(await fromNothing('/usr/local/bin/tmux-persist save', 'root')).toMatchObject({ exitCode: 0, stderr: '' });
    await machine().powerOff();
    await machine().boot();
    expect(await fromNothing('/usr/local/bin/tmux-persist restore', 'root')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await Promise.all(['anca', 'wizard'].map(panes))).toEqual(before);
  });

  /** Two sessions, one of them with a window that is split. */
  async function work(user: string): Promise<void> {
    const home = `/home/${user}`;
    const tmux = (...args: readonly string[]) => machine().output(['tmux', ...args], { user });
    await machine().output(['mkdir', '-p', `${home}/code/with  two spaces`], { user });
    await tmux('new-session', '-d', '-s', 'Ωmega', '-n', 'editor', '-c', home);
    await tmux('new-window', '-t', '=Ωmega:', '-n', 'shell', '-c', `${home}/code/with  two spaces`);
    await tmux('split-window', '-t', '=Ωmega:', '-c', '/srv');
    await tmux('new-session', '-d', '-s', 'notes', '-n', 'bash', '-c', home);
  }

  /** Where each pane is; none when no server answers. */
  async function panes(user: string): Promise<readonly string[]> {
    const format = '#{session_name}|#{window_index}|#{window_name}|#{pane_index}|#{pane_current_path}';
    const { stdout } = await machine().exec(['tmux', '-u', 'list-panes', '-aF', format], { user });
    return stdout.split('\n').slice(0, -1).toSorted();
  }

  function fromNothing(command: string, user: string): Promise<ExecResult> {
    return machine().exec(['sh', '-c', `exec env -i ${command} <&-`], { user, cwd: '/' });
  }
});
