import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic, writerOfTemporary } from '../system/atomic-file.ts';
import { quietly } from '../system/read-file.ts';
import { metricsDirectory, metricsFileName, metricsPath, prepareMetricsDirectory } from './state-paths.ts';

/** Replaces the metrics file. Everybody with access to the state directory may read it. Throws StateWriteError. */
export function writeMetricsFile(stateDir: string, text: string): void {
  prepareMetricsDirectory(stateDir);
  writeFileAtomic(metricsPath(stateDir), text, { mode: 0o644, owner: null, existing: 'replace', durable: false });
  removeLeftovers(metricsDirectory(stateDir));
}

/**
 * No lock separates the writers of this file, but each takes only milliseconds. After this time, the pid belongs to
 * another process.
 */
const abandonedAfterMs = 60_000;

function removeLeftovers(directory: string): void {
  for (const name of quietly(() => readdirSync(directory)) ?? []) {
    const writer = writerOfTemporary(metricsFileName, name);
    if (writer === null) continue;
    const path = join(directory, name);
    if (!existsSync(`/proc/${writer}`) || isOld(path)) quietly(() => rmSync(path, { force: true }));
  }
}

function isOld(path: string): boolean {
  const writtenAtMs = quietly(() => lstatSync(path).mtimeMs);
  return writtenAtMs !== null && Date.now() - writtenAtMs > abandonedAfterMs;
}
