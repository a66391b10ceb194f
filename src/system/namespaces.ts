import { readlinkSync } from 'node:fs';
import { quietly } from './read-file.ts';

/**
 * The kind of namespace in which a process lives apart from this process and from PID 1; null when there is none, or
 * when that cannot be seen. This process may itself be in the sandbox of a unit, so PID 1 counts, and only root sees it.
 */
export function separateNamespace(pid: number): 'mount' | 'process' | null {
  if (isApart(pid, 'mnt')) return 'mount';
  return isApart(pid, 'pid') ? 'process' : null;
}

function isApart(pid: number, kind: 'mnt' | 'pid'): boolean {
  const of = (process: number | 'self'): string | null => quietly(() => readlinkSync(`/proc/${process}/ns/${kind}`));
  const [theirs, init] = [of(pid), of(1)];
  return theirs !== null && init !== null && theirs !== init && theirs !== of('self');
}
