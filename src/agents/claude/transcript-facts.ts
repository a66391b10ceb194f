import type { UserFiles } from '../user-files.ts';
import { isVersion } from './claude-version.ts';
import { jsonFields, pathField, textField, type JsonFields } from './json-fields.ts';

/** What the first and the last rows of a transcript tell; no more than this is taken from what people write. */
export interface TranscriptFacts {
  readonly firstDirectory: string | null;
  readonly lastDirectory: string | null;
  /** The version that wrote last. */
  readonly version: string | null;
  readonly entrypoint: string | null;
  /** Whether it is a sub-agent's. */
  readonly isSidechain: boolean;
  /** Whether it has a title that resuming brings back. */
  readonly hasTitle: boolean;
  /** Whether it began with `/clear` in another conversation. */
  readonly beginsWithClear: boolean;
}

const partBytes = 64 * 1024;

/** Reads the first and the last 64 KiB of a transcript. */
export function readTranscriptFacts(path: string, files: UserFiles): TranscriptFacts {
  const head = files.readStart(path, partBytes) ?? '';
  const tail = files.readEnd(path, partBytes) ?? '';
  const first = rowsIn(head);
  const last = rowsIn(tail);
  return {
    firstDirectory: first.map(directoryIn).find(isKnown) ?? null,
    lastDirectory: last.map(directoryIn).findLast(isKnown) ?? null,
    version: last.map((row) => textField(row, 'version')).findLast((one) => one !== null && isVersion(one)) ?? null,
    entrypoint: last.map((row) => textField(row, 'entrypoint')).findLast(isKnown) ?? null,
    isSidechain: first.find((row) => row.has('isSidechain'))?.get('isSidechain') === true,
    hasTitle: [...first, ...last].some((row) => row.get('type') === 'custom-title'),
    beginsWithClear: head.includes('<command-name>/clear'),
  };
}

/** The whole rows of a part; the part may begin and end within one. */
function rowsIn(part: string): readonly JsonFields[] {
  return part.split('\n').flatMap((line) => (line.startsWith('{') ? (jsonFields(line) ?? []) : []));
}

function directoryIn(row: JsonFields): string | null {
  return pathField(row, 'relocatedCwd') ?? pathField(row, 'cwd');
}

function isKnown(value: string | null): value is string {
  return value !== null;
}
