import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HostReadError } from './host-read-error.ts';
import { mustRead } from './or-null.ts';

export interface HostFacts {
  readonly hostname: string;
  /** Changes at each boot of the kernel. */
  readonly bootId: string;
  /** When the kernel booted, in milliseconds since the epoch, exact to the second. */
  readonly bootTimeMs: number;
}

/** Reads what identifies this host and this boot of it. Throws HostReadError where /proc does not tell. */
export function readHostFacts(procRoot = '/proc'): HostFacts {
  return { hostname: hostname(), bootId: readBootId(procRoot), bootTimeMs: readBootTimeMs(procRoot) };
}

function readBootId(procRoot: string): string {
  const path = join(procRoot, 'sys/kernel/random/boot_id');
  const bootId = mustRead(path, () => readFileSync(path, 'utf8').trim());
  if (bootId === '') throw new HostReadError(path, 'it is empty');
  return bootId;
}

function readBootTimeMs(procRoot: string): number {
  const path = join(procRoot, 'stat');
  const seconds = /^btime ([0-9]+)$/m.exec(mustRead(path, () => readFileSync(path, 'utf8')))?.[1];
  if (seconds === undefined) throw new HostReadError(path, 'it has no btime line');
  return Number(seconds) * 1000;
}
