import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { closeLooks, goneProcesses, type KnownProcess } from '../../src/process/gone-processes.ts';
import { readProcessTable } from '../../src/process/process-table.ts';
import { waitUntil } from '../support/private-tmux.ts';

test('of known processes, those that ended are gone at the next look', async () => {
  const [one, other] = [sleeper(), sleeper()];
  const known = [knownOf(one), knownOf(other), knownOf(process)];
  expect(allLooks(known)).toEqual([]);
  one.kill('SIGKILL');
  await once(one, 'exit');
  expect(goneProcesses(known, 0)).toEqual([known[0]]);
});

test('a killed process that its parent does not collect is gone after one round of looks', async () => {
  const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [printed] = await once(parent.stdout, 'data');
  const pid = Number(String(printed));
  // Only then its parent is a program that collects nobody.
  waitUntil(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n', 'the parent');
  const known = [knownOf({ pid }), knownOf(parent)];
  process.kill(pid, 'SIGKILL');
  waitUntil(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '), 'the end of the child');
  expect(allLooks(known)).toEqual([known[0]]);
});

test('a process is gone after one round of looks when another one has got its pid', () => {
  const known = [knownOf(process), { ...knownOf(process), startTime: 1 }];
  expect(allLooks(known)).toEqual([known[1]]);
});

test('a process of another user lives', () => {
  expect(allLooks([knownOf({ pid: 1 })])).toEqual([]);
});

function sleeper(): ChildProcess {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function knownOf({ pid }: { readonly pid?: number | undefined }): KnownProcess {
  const entry = readProcessTable().entries.get(pid ?? 0);
  if (entry === undefined) throw new Error(`there is no process ${pid}`);
  return { pid: entry.pid, startTime: entry.startTime };
}

function allLooks(known: readonly KnownProcess[]): readonly KnownProcess[] {
  return Array.from({ length: closeLooks }, (_, look) => goneProcesses(known, look)).flat();
}
