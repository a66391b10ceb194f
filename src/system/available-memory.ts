import { readFileSync } from 'node:fs';

/** What can be allocated without swapping, in MiB (MemAvailable, proc(5)); null where the kernel does not tell. */
export function readAvailableMemoryMib(path = '/proc/meminfo'): number | null {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1];
    return kib === undefined ? null : Math.floor(Number(kib) / 1024);
  } catch {
    return null;
  }
}
