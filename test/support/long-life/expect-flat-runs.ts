import { expect } from 'vitest';
import { peakMemory } from '../peak-memory.ts';
import { sandbox } from '../persist-sandbox.ts';
import { middleOf } from './middle-of.ts';

export interface RunCost {
  readonly peakMib: number;
  readonly cpuMs: number;
}

/** Saves with a change each time, by the program itself, and expects the last runs to cost what the first ones did. */
export function expectFlatRuns(count: number): readonly RunCost[] {
  const box = sandbox();
  const memory = peakMemory(box.home);
  for (const name of ['a', 'b', 'c', 'd']) box.tmux('new-session', '-d', '-s', name, 'exec cat');
  const runs = Array.from({ length: count }, (_, at): RunCost => {
    box.tmux('new-session', '-d', '-s', `task-${at}`, 'exec cat');
    if (at > 0) box.tmux('kill-session', '-t', `=task-${at - 1}`);
    const { exitCode, stdout } = box.persistIn(memory.env, 'save');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/: saved \S+, 5 live/)]);
    return { peakMib: memory.peakMib(), cpuMs: memory.cpuMs() };
  });
  const tenth = Math.max(5, Math.floor(count / 10));
  // The first run finds no state, and the program cold.
  const [first, last] = [runs.slice(1, 1 + tenth), runs.slice(-tenth)];
  expect(middleOf(last.map(({ peakMib }) => peakMib))).toBeLessThan(
    middleOf(first.map(({ peakMib }) => peakMib)) * 1.15,
  );
  expect(middleOf(last.map(({ cpuMs }) => cpuMs))).toBeLessThan(middleOf(first.map(({ cpuMs }) => cpuMs)) * 1.6);
  return runs;
}
