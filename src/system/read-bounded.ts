import { openSync, readSync } from 'node:fs';
import { closeQuietly } from './close-quietly.ts';
import { orNull } from './or-null.ts';

/** Enough for what the kernel says of one process: its fields, and the path of its cgroup. */
export const maxStatusBytes = 64 * 1024;

/**
 * The whole text of a file whose length somebody else decides, as under /proc/PID: a process can show gigabytes as its
 * arguments. null where there is nothing, or nothing that we may see, and where the text reaches the bound: what was cut off
 * could be taken for the whole. Throws HostReadError.
 */
export function readBounded(path: string, maxBytes: number): string | null {
  return orNull(path, () => {
    const descriptor = openSync(path, 'r');
    try {
      return wholeText(descriptor, maxBytes);
    } finally {
      closeQuietly(descriptor);
    }
  });
}

/** One for all reads, which are synchronous: most texts are short. */
let space = Buffer.allocUnsafeSlow(4096);

function wholeText(descriptor: number, maxBytes: number): string | null {
  let length = 0;
  // The kernel gives a long text in parts.
  while (length < maxBytes) {
    if (length === space.length) space = Buffer.concat([space], Math.min(2 * length, maxBytes));
    const room = Math.min(space.length, maxBytes) - length;
    const count = readSync(descriptor, space, length, room, null);
    if (count === 0) return space.toString('utf8', 0, length);
    length += count;
  }
  return null;
}
