import { readdirSync, readFileSync } from 'node:fs';
import { closeQuietly, quietly } from '../files/read-file.ts';

/**
 * Closes what the caller of this program has left open beside the three standard streams. A lock of the caller's, or a file that
 * only root may read, would live on in whatever this program starts.
 *
 * Node marks descriptors as its own only up to the first gap behind the sixteenth (20.20); all that it opens itself is marked.
 */
export function closeInheritedDescriptors(): void {
  for (const name of quietly(() => readdirSync('/proc/self/fd')) ?? []) {
    const info = quietly(() => readFileSync(`/proc/self/fdinfo/${name}`, 'utf8')) ?? '';
    const flags = /^flags:\s+([0-7]+)$/m.exec(info)?.[1];
    const isOurs = flags === undefined || (Number.parseInt(flags, 8) & closedAtExec) !== 0;
    if (Number(name) > 2 && !isOurs) closeQuietly(Number(name));
  }
}

/** O_CLOEXEC, which Node has no name for. */
const closedAtExec = 0o2_000_000;
