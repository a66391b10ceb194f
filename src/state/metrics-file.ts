import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { removeAbandonedWrites } from './abandoned-writes.ts';
import { metricsDirectory, metricsFileName, metricsPath, prepareMetricsDirectory } from './state-paths.ts';

/** Replaces the metrics file. Everybody with access to the state directory may read it. Throws StateWriteError. */
export function writeMetricsFile(stateDir: string, text: string): void {
  prepareMetricsDirectory(stateDir);
  writeFileAtomic(metricsPath(stateDir), text, { mode: 0o644, owner: null, existing: 'replace', durable: false });
  removeAbandonedWrites(metricsDirectory(stateDir), metricsFileName);
}
