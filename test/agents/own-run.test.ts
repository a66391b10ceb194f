import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { isOwnRun } from '../../src/agents/own-run.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { readProcFile } from '../support/unix-processes.ts';

const directory = join(import.meta.dirname, '../../src/agents');
const program = join(directory, 'bin.js');
const reader = join(directory, 'read-agents.cjs');

test.each([
  ['a command', [program, 'save']],
  ['the watch', [program, 'watch', '--user', 'emo']],
  ['the reader of agents’ files', ['--max-old-space-size=256', reader]],
])('%s of this program is a run of it', (_what, args) => {
  expect(isOwnRun({ pid: nodeWith(args), comm: 'node' })).toBe(true);
});

test.each([
  ['an agent that is told of this program', ['/usr/lib/node_modules/claude/cli.js', program]],
  ['an agent with an option before', ['--title', '/usr/bin/gemini', program]],
  ['a program of the same name elsewhere', ['/home/emo/bin.js']],
  ['Node without a script', []],
])('%s is none', (_what, args) => {
  expect(isOwnRun({ pid: nodeWith(args), comm: 'node' })).toBe(false);
});

test('this process is one, and a process that has ended or is called otherwise is none', () => {
  expect(isOwnRun({ pid: process.pid, comm: 'vitest-worker' })).toBe(true);
  expect(isOwnRun({ pid: 2 ** 30, comm: 'node' })).toBe(false);
  expect(isOwnRun({ pid: nodeWith([program]), comm: 'claude' })).toBe(false);
});

/** A Node that never comes to its script; it ends with the running test. */
function nodeWith(args: readonly string[]): number {
  const home = mkdtempSync(join(tmpdir(), 'own-run-'));
  const waiting = join(home, 'waiting.cjs');
  writeFileSync(waiting, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);\n');
  const child = spawn(process.execPath, [`--require=${waiting}`, ...args], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true });
  });
  const pid = child.pid ?? 0;
  // The kernel shows the arguments a moment after the old program is gone. A title of its own replaces them later.
  waitUntil(() => (readProcFile(pid, 'cmdline') ?? '') !== '', 'the start of Node');
  return pid;
}
