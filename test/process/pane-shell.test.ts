import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { paneCommand } from '../../src/agents/pane-command.ts';
import { paneShellOf } from '../../src/process/pane-shell.ts';

const uid = process.getuid?.() ?? 0;

test.each([
  [['-bash'], { program: expect.stringMatching(/\/bash$/), login: true }],
  [['bash'], { program: expect.stringMatching(/\/bash$/), login: false }],
  [['/bin/bash', '-l'], { program: expect.stringMatching(/\/bash$/), login: true }],
  [['bash', '-i'], { program: expect.stringMatching(/\/bash$/), login: false }],
  [['bash', '-c', 'while read x; do :; done'], null],
  [['bash', '--rcfile', '/dev/null', '-i'], null],
  [['bash', '/dev/stdin'], null],
])('a pane that runs %j has the shell %j', async ([name = '', ...args], shell) => {
  const { pid = 0 } = started('/bin/bash', args, name);
  await expect.poll(() => paneShellOf(pid, uid)).toEqual(shell);
});

test('a program that is no shell is none, nor is a shell of another user', async () => {
  const { pid = 0 } = started('/bin/cat', [], 'bash');
  await expect.poll(() => paneShellOf(pid, uid)).toBeNull();
  const { pid: other = 0 } = started('/bin/bash', [], '-bash');
  await expect.poll(() => paneShellOf(other, uid)).not.toBeNull();
  expect(paneShellOf(other, uid + 1)).toBeNull();
});

test.each([
  ['by the path of the script', undefined],
  ['by its text, where others could not read it', hiddenScript()],
])('a pane with an agent of ours has the shell that it leaves behind, started %s', async (_, script) => {
  const options = { agent: 'claude', env: {}, resumeHint: null };
  const [program = '', ...args] = paneCommand('/bin/bash', ['sleep', '60'], options, script);
  const { pid = 0 } = started(program, args, program);
  await expect.poll(() => paneShellOf(pid, uid)).toEqual({ program: '/bin/bash', login: true });
});

function started(program: string, args: readonly string[], argv0: string): ChildProcess {
  const child = spawn(program, [...args], { argv0, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function hiddenScript(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pane-agent-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  copyFileSync(join(import.meta.dirname, '../../src/agents/pane-agent'), join(directory, 'pane-agent'));
  return join(directory, 'pane-agent');
}
