import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { storedManifest } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

describe('the shell of a pane', () => {
  test('comes back as it was, and not as whatever the configuration starts in a new pane', async () => {
    const box = sandbox();
    for (const [name, ...command] of [
      ['plain', '/bin/bash', '-i'],
      ['login', '/bin/dash', '-l'],
      ['fish', '/usr/bin/fish', '-i'],
    ]) {
      box.tmux('new-session', '-d', '-s', name ?? '', '--', ...command);
    }
    await expect.poll(() => programs(box)).toEqual(['bash', 'fish', 'dash']);
    expect(box.persist('save').exitCode).toBe(0);
    box.killServer();
    const marker = join(box.home, 'agents');
    writeFileSync(join(box.home, '.tmux.conf'), `set -g default-command "echo started >>${marker}; exec sleep 1000"\n`);

    expect(box.persist('apply')).toMatchObject({ exitCode: 0, stderr: '' });

    expect(sessionNames(box)).toEqual(['fish', 'login', 'plain']);
    await expect.poll(() => programs(box)).toEqual(['bash', 'fish', 'dash']);
    const before = storedManifest(box).sessions.map(shellsOf);
    expect(box.persist('save').exitCode).toBe(0);
    expect(storedManifest(box).sessions.map(shellsOf)).toEqual(before);
    expect(existsSync(marker)).toBe(false);
  });

  test('that is not there any more gives way to the login shell of the account, which is said', () => {
    const box = sandbox();
    const shell = join(box.home, 'bash');
    cpSync('/bin/bash', shell);
    box.tmux('new-session', '-d', '-s', 'notes', '--', shell, '-i');
    expect(box.persist('save').exitCode).toBe(0);
    box.killServer();
    rmSync(shell);
    const { stdout, exitCode } = box.persist('apply');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/created notes in .*, shell; its shell is \/\S+, because \S+\/bash is not there any more/);
  });
});

function programs(box: Sandbox): readonly string[] {
  const rows = box.tmux('list-panes', '-a', '-F', '#{session_name} #{pane_current_command}').split('\n');
  return ['plain', 'fish', 'login'].map((name) => rows.find((row) => row.startsWith(`${name} `))?.split(' ')[1] ?? '');
}

function shellsOf({ name, windows }: ReturnType<typeof storedManifest>['sessions'][number]) {
  return [name, windows.flatMap(({ panes }) => panes.map(({ shell }) => shell))];
}
