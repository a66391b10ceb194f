import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { getuid } from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { separateNamespace } from '../../../src/system/host/namespaces.ts';
import { waitUntil } from '../../support/private-tmux.ts';
import { readProcFile } from '../../support/unix-processes.ts';

describe('a process', () => {
  test('of this namespace is not apart', () => {
    expect(separateNamespace(process.pid)).toBeNull();
    expect(separateNamespace(started('sleep', '60'))).toBeNull();
  });

  test('that has ended is not apart', () => {
    const child = spawn('true');
    waitUntil(() => !existsSync(`/proc/${child.pid ?? 0}/exe`), 'its end');
    expect(separateNamespace(child.pid ?? 0)).toBeNull();
  });

  test.runIf(getuid?.() === 0)('of another mount namespace is apart', () => {
    expect(separateNamespace(started('unshare', '--mount', 'sleep', '60'))).toBe('mount');
  });

  test.runIf(getuid?.() === 0)('of another process namespace is apart', () => {
    const outer = started('unshare', '--pid', '--fork', '--kill-child', 'sleep', '60');
    let inner = '';
    waitUntil(
      () => (inner = (readProcFile(outer, `task/${outer}/children`) ?? '').trim()) !== '' && runsSleep(Number(inner)),
      'the process inside',
    );
    expect(separateNamespace(Number(inner))).toBe('process');
  });
});

/** Starts a program, waits until it sleeps, and gives its process id; it ends with the test. */
function started(file: string, ...args: readonly string[]): number {
  const child: ChildProcess = spawn(file, args, { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  if (!args.includes('--fork')) waitUntil(() => runsSleep(pid), 'the sleeping program');
  return pid;
}

function runsSleep(pid: number): boolean {
  return (readProcFile(pid, 'comm') ?? '').trim() === 'sleep';
}
