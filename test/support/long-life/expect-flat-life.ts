import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { bundleProgram } from '../../system/programs/start-program.ts';
import { temporaryDirectory } from '../../system/temporary-directory.ts';
import { join } from 'node:path';
import { middleOf } from './middle-of.ts';
import type { LongLifeReport, LongLifeSample } from './long-life-report.ts';

/** By then 200 sessions were lost and 200 snapshots stored, and the snapshots are of as many lost sessions. */
const settlingSaves = 500;

/** Saves so many times in one process, and expects what that costs to be at the end what it was in the beginning. */
export function expectFlatLife(saves: number, seed: number): LongLifeReport {
  const program = bundleProgram(join(import.meta.dirname, 'long-life.ts'));
  const words = ['--expose-gc', program, join(temporaryDirectory(), 'state'), String(saves), String(seed)];
  const printed = execFileSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 16 * 1024 ** 2 });
  const report: LongLifeReport = JSON.parse(printed);
  // Until there are as many snapshots and lost sessions as are kept, the state grows: that is the beginning.
  const settled = report.samples.filter((sample) => sample.saves > settlingSaves);
  expect(settled.length).toBeGreaterThanOrEqual(6);
  const third = Math.floor(settled.length / 3);
  const [early, late] = [settled.slice(0, third), settled.slice(-third)];

  expect(report.snapshots).toBe(200);
  expect(report.largestGoneCount).toBe(200);
  // Beside the snapshots: the heartbeat, the timeline, the view of the predecessor, what changed, and the roster.
  expect(Math.max(...settled.map(({ files }) => files))).toBeLessThanOrEqual(205);
  expect(new Set(report.samples.map(({ descriptors }) => descriptors)).size).toBe(1);
  expect(median(late, ({ heapMib }) => heapMib)).toBeLessThan(median(early, ({ heapMib }) => heapMib) + 2);
  expect(median(late, ({ stateKib }) => stateKib)).toBeLessThan(median(early, ({ stateKib }) => stateKib) * 1.25);
  expect(median(late, ({ cpuMsPerSave }) => cpuMsPerSave)).toBeLessThan(
    median(early, ({ cpuMsPerSave }) => cpuMsPerSave) * 1.6,
  );
  return report;
}

export function median(samples: readonly LongLifeSample[], of: (sample: LongLifeSample) => number): number {
  return middleOf(samples.map(of));
}
