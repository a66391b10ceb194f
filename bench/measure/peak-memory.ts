import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Contestant } from '../contestants/contestant.ts';

export interface PeakMemory {
  /** Of the largest process. */
  readonly largestMib: number;
  /** Of the program and all its children at one moment; what they share is counted for each. */
  readonly togetherMib: number;
}

/** Runs a program and looks at the resident memory of it and its children all the time. */
export async function peakMemory({ argv, env, before }: Contestant): Promise<PeakMemory> {
  await before?.();
  const [file, ...args] = argv;
  const child = spawn(file, args, { cwd: '/', env: { ...env }, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const peak = { largestKib: 0, togetherKib: 0 };
  while (child.exitCode === null && child.signalCode === null) {
    const sizes = familyOf(child.pid ?? 0).map(memoryOf);
    peak.largestKib = Math.max(peak.largestKib, ...sizes.map(({ highestKib }) => highestKib));
    const together = sizes.reduce((sum, { residentKib }) => sum + residentKib, 0);
    peak.togetherKib = Math.max(peak.togetherKib, together);
    await breathe();
  }
  await ended;
  return { largestMib: peak.largestKib / 1024, togetherMib: peak.togetherKib / 1024 };
}

/** A process, its children, and so on. */
export function familyOf(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

export function memoryOf(pid: number): { readonly highestKib: number; readonly residentKib: number } {
  const status = read(`/proc/${pid}/status`);
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { highestKib: field('VmHWM'), residentKib: field('VmRSS') };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
