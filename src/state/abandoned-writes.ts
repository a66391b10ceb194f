import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writerOfTemporary } from '../system/files/atomic-file.ts';
import { quietly } from '../system/files/read-file.ts';

/** Removes what interrupted writes of a file have left in its directory. */
export function removeAbandonedWrites(directory: string, fileName: string): void {
  for (const name of quietly(() => readdirSync(directory)) ?? []) {
    const writer = writerOfTemporary(fileName, name);
    if (writer === null) continue;
    const path = join(directory, name);
    if (!existsSync(`/proc/${writer}`) || isOld(path)) quietly(() => rmSync(path, { force: true }));
  }
}

/**
 * No lock separates the writers of these files, but each takes only milliseconds. After this time, the pid belongs to
 * another process.
 */
const abandonedAfterMs = 60_000;

function isOld(path: string): boolean {
  const writtenAtMs = quietly(() => lstatSync(path).mtimeMs);
  return writtenAtMs !== null && Date.now() - writtenAtMs > abandonedAfterMs;
}
