import { shellQuote } from '../core/shell-quote.ts';
import { StateReadError } from '../system/state-error.ts';
import { readRecordFile } from './state-files.ts';

/** The text of a file that later runs make anew; null where there is none. Throws StateReadError where the system does not let it be read. */
export function readStateText(path: string, maxBytes: number): string | null {
  const reading = readRecordFile(path, maxBytes);
  if (reading.kind === 'failed')
    throw new StateReadError(path, `${reading.reason}; if it stays so: rm ${shellQuote(path)}`);
  return reading.kind === 'read' ? reading.text : null;
}
