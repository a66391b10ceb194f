import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../../../src/system/files/file-lock.ts';
import { cacheDirectory } from './base-system.ts';
import { destroyMachine } from './destroy-machine.ts';
import { topCgroups } from './machine-cgroup.ts';
import { isAbandoned } from './machine-id.ts';

/** Destroys the machines of test runs that were killed before they could do it. */
export async function destroyAbandonedMachines(): Promise<void> {
  if (abandoned().length === 0) return;
  // Test files start at once, and two of them must not take the same machine apart.
  const lock = await lockFile(join(cacheDirectory(), 'abandoned.lock'), { waitSeconds: 60 });
  if (lock.kind !== 'held') throw new Error(`cannot destroy the machines of killed test runs: ${lock.kind}`);
  try {
    abandoned().forEach(destroyMachine);
  } finally {
    lock.release();
  }
}

function abandoned(): readonly string[] {
  return [...new Set([...readdirSync('/run'), ...topCgroups()])].filter(isAbandoned);
}
