import { readlinkSync } from 'node:fs';
import { quietly } from './read-file.ts';

/**
 * The kind of namespace in which a process lives apart from this process and from PID 1; null when there is none, or
 * when that cannot be seen. A unit's sandbox is apart from PID 1, and the users' processes are not.
 */
export function separateNamespace(pid: number): 'mount' | 'process' | null {
  if (isApart(pid, 'mnt')) return 'mount';
  return isApart(pid, 'pid') ? 'process' : null;
}

function isApart(pid: number, kind: 'mnt' | 'pid'): boolean {
  const of = (process: number | 'self'): string | null => quietly(() => readlinkSync(`/proc/${process}/ns/${kind}`));
  const theirs = of(pid);
  return theirs !== null && theirs !== of('self') && theirs !== of(1);
}
