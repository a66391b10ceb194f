import { readRegularFile } from '../system/read-regular-file.ts';
import { StateReadError } from '../system/state-error.ts';

/** The text of a file that later runs make anew; null where there is none. Throws StateReadError where the system does not let it be read. */
export function readStateText(path: string, maxBytes: number): string | null {
  const reading = readRegularFile(path, maxBytes);
  if (reading.kind === 'failed') throw new StateReadError(path, `${reading.reason}; if it stays so: rm ${path}`);
  return reading.kind === 'read' ? reading.text : null;
}
