import { openSync, readSync } from 'node:fs';
import { closeQuietly, maxStatusBytes, readBounded, readIfThere } from '../files/read-file.ts';

/**
 * The kind of namespace in which a process lives apart from this process and from PID 1; null when there is none, or
 * when that cannot be seen. This process may itself be in the sandbox of a unit, so PID 1 counts, too. Throws
 * HostReadError.
 *
 * The links in /proc/PID/ns would tell the same, but may be closed to root, too: for a PID 1 of other capabilities.
 */
export function separateNamespace(pid: number): 'mount' | 'process' | null {
  const root = rootMountOf(pid);
  if (root !== null && root !== rootMountOf('self') && root !== rootMountOf(1)) return 'mount';
  return hasOtherIds(pid) ? 'process' : null;
}

/** The id of the mount at a process's `/`, which no mount of another namespace has. */
function rootMountOf(process: number | 'self'): string | null {
  const path = `/proc/${process}/mountinfo`;
  const start = readIfThere(path, () => {
    const descriptor = openSync(path, 'r');
    try {
      const space = Buffer.alloc(maxIdLength + 1);
      return space.toString('latin1', 0, readSync(descriptor, space, 0, space.length, null));
    } finally {
      closeQuietly(descriptor);
    }
  });
  return /^(\d+) /.exec(start ?? '')?.[1] ?? null;
}

/** Of a 32-bit number. */
const maxIdLength = 10;

/** Whether a process has further ids in namespaces below the one of this /proc. */
function hasOtherIds(pid: number): boolean {
  const status = readBounded(`/proc/${pid}/status`, maxStatusBytes) ?? '';
  return /^NSpid:\t\d+\t\d+/m.test(status);
}
