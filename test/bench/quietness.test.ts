import { expect, test } from 'vitest';
import { disturbances } from '../../bench/report/quietness.ts';
import type { Results } from '../../bench/report/results.ts';

/** What one contestant cost, round by round. */
function measured(contestant: string, ...costs: readonly number[]): Results {
  const rounds = costs.map((cpuMs) => ({ cpuMs, wallMs: cpuMs, serverCpuMs: null }));
  const scene = { users: 10, sessions: 20, agents: true };
  return { works: [{ work: 'start', scene, measurements: [{ contestant, rounds }] }], facts: [], watches: [] };
}

const idle = { load: 0.1, cores: 2 };

test('a machine is quiet where nobody was at work before and bare commands always cost the same', () => {
  expect(disturbances(idle, measured('bare Node', 40, 44, 50))).toEqual([]);
});

test('a machine is not quiet where others were at work before', () => {
  expect(disturbances({ load: 0.6, cores: 2 }, measured('bare Node', 40, 40))).toEqual([
    'the load of the minute before was 0.60, over 0.5',
  ]);
});

test('a machine is not quiet where a bare command costs more at one time than at another', () => {
  expect(disturbances(idle, measured('floor', 100, 130, 110))).toEqual([
    'the CPU time of one command varied by × 1.30, over × 1.25 (floor in start, 10 × 20)',
  ]);
});

test('what a program of ours costs more at one time says nothing about the machine', () => {
  expect(disturbances(idle, measured('tmux-persist', 100, 200))).toEqual([]);
});
