import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { waitUntil } from './private-tmux.ts';

/** Waits until a running program has a child of this name: with `flock` it waits for the lock. */
export function waitForChild({ pid }: ChildProcess, name: string): void {
  waitUntil(() => childrenOf(pid).some((child) => read(`/proc/${child}/comm`).startsWith(name)), `a child ${name}`);
}

function childrenOf(pid: number | undefined): readonly string[] {
  return read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
