import { join } from 'node:path';
import { maxStatusBytes, readBounded } from '../files/read-file.ts';

/**
 * The control group of a process in the version 2 hierarchy, as a path below its root. It is empty when the process is
 * in none there, and null when the process has ended.
 */
export function cgroupOf(pid: number, procRoot = '/proc'): string | null {
  const text = readBounded(join(procRoot, String(pid), 'cgroup'), maxStatusBytes);
  // cgroups(7): the line of version 2 is `0::PATH`.
  return text === null ? null : (/^0::(.*)$/m.exec(text)?.[1] ?? '');
}

/** Whether a control group is the other one, or inside it. */
export function isInCgroup(cgroup: string, other: string): boolean {
  return cgroup === other || cgroup.startsWith(other.endsWith('/') ? other : `${other}/`);
}
