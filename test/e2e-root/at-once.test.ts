import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockPath } from '../../src/state/state-paths.ts';
import { writeFakeClaude } from '../support/fake-claude.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { waitForChild } from '../support/running-children.ts';
import { processesOf, readProcFile } from '../support/unix-processes.ts';
import { sharedHost } from './shared-host.ts';
import { heldBy } from './user-agents.ts';

const host = sharedHost();
const id = 'a70ce000-0000-4000-8000-000000000001';
const five = [1, 2, 3, 4, 5];

describe('several runs at once', () => {
  test('of restore for one user converge: every session once, every conversation once, all exit 0', async () => {
    const { emo, persist, start } = host();
    writeFakeClaude(emo.home);
    emo.startSession('ai', join(emo.home, 'bin/claude'), '--session-id', id);
    for (const name of ['notes', 'work']) emo.startSession(name);
    waitUntil(() => agents(emo.uid) === 1, 'the agent');
    persist('save');
    emo.killServer();

    const runs = await Promise.all(five.map(() => start('restore', emo.name)));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
    expect(runs.filter(({ stdout }) => stdout.includes('3 created'))).toHaveLength(1);
    expect(runs.filter(({ stdout }) => stdout.includes('0 created, 0 failed; 0 held, 3 live'))).toHaveLength(4);
    expect(emo.sessions()).toEqual(['ai', 'notes', 'work']);
    expect(emo.tmux('list-panes', '-a').split('\n')).toHaveLength(4);
    expect(agents(emo.uid)).toBe(1);
    expect(processesOf(emo.uid).filter((pid) => readProcFile(pid, 'comm') === 'tmux: server\n')).toHaveLength(1);
  });

  test('keep a save from nobody but those whom another one is busy with, and it holds no lock while it waits for those', async () => {
    const { emo, anca, persist, launch, stateDirectory } = host();
    for (const user of [emo, anca]) user.startSession('notes');
    persist('save');
    anca.startSession('later');
    const holder = spawn('flock', ['--no-fork', lockPath(stateDirectory, emo.name), 'sleep', '60'], {
      stdio: 'ignore',
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    const saveOf = (name: string) => persist('save', '--user', name, '--lock-timeout', '0');
    waitUntil(() => saveOf(emo.name).exitCode === 5, 'a held lock');

    const { child, result } = launch('save', '--lock-timeout', '20');
    waitUntil(() => heldBy(host(), anca)['later'] === 'shell', 'the save of anca');
    waitForChild(child, 'flock');

    expect(saveOf(anca.name)).toMatchObject({ exitCode: 0 });
    holder.kill('SIGKILL');
    expect(await result).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`${emo.name}: unchanged, 1 live`),
    });
  });

  test('of save store one snapshot of each user, and all exit 0', async () => {
    const { emo, anca, wizard, start, stateDirectory } = host();
    for (const user of [emo, anca, wizard]) user.startSession('notes');
    const runs = await Promise.all(five.map(() => start('save')));
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(five.map(() => [0, '']));
    for (const { name } of [emo, anca, wizard]) {
      expect(readdirSync(join(stateDirectory, 'users', name, 'snapshots'))).toHaveLength(1);
      expect(readdirSync(join(stateDirectory, 'users', name)).toSorted()).toEqual(['last-save.json', 'snapshots']);
    }
  });

  test('of save, apply and restore for all and for one neither wait in a circle nor disturb each other', async () => {
    const { emo, anca, wizard, persist, start } = host();
    for (const user of [emo, anca, wizard]) user.startSession('notes');
    persist('save');
    for (const user of [emo, anca]) user.killServer();
    const commands = [
      ['save'],
      ['restore'],
      ['apply', '--user', anca.name],
      ['save', '--user', wizard.name],
      ['restore', emo.name],
    ];
    const runs = await Promise.all(commands.map((args) => start(...args)));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
    for (const user of [emo, anca, wizard]) expect(user.sessions()).toEqual(['notes']);
    expect(persist('plan', '--exit-code').exitCode).toBe(0);
  });
});

function agents(uid: number): number {
  return processesOf(uid).filter(
    (pid) => readProcFile(pid, 'cmdline')?.split('\0')[1]?.endsWith('/bin/claude') === true,
  ).length;
}
