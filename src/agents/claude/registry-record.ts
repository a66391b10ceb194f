import { isUuid } from '../../core/conversation.ts';
import { isVersion } from './claude-version.ts';
import { jsonFields, numberField, pathField, textField } from './json-fields.ts';

/** What a process says about itself in `sessions/PID.json`; fields that its version does not write are null. */
export interface RegistryRecord {
  readonly pid: number;
  readonly sessionId: string;
  readonly cwd: string | null;
  readonly startedAtMs: number | null;
  /** On Linux the start time that /proc/PID/stat tells, as text. */
  readonly procStart: string | null;
  readonly version: string | null;
  readonly kind: string | null;
  readonly entrypoint: string | null;
}

export type RecordParsing =
  | { readonly kind: 'record'; readonly record: RegistryRecord }
  /** Not JSON: Claude Code writes it in place, so half of one may have been read. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'foreign' };

/** Reads the text of a registry record. */
export function parseRegistryRecord(text: string): RecordParsing {
  const fields = jsonFields(text);
  if (fields === null) return { kind: 'torn' };
  const pid = numberField(fields, 'pid');
  const sessionId = textField(fields, 'sessionId');
  if (pid === null || !Number.isSafeInteger(pid) || pid <= 0) return { kind: 'foreign' };
  if (sessionId === null || !isUuid(sessionId)) return { kind: 'foreign' };
  const version = textField(fields, 'version');
  return {
    kind: 'record',
    record: {
      pid,
      sessionId,
      cwd: pathField(fields, 'cwd'),
      startedAtMs: numberField(fields, 'startedAt'),
      procStart: textField(fields, 'procStart'),
      version: version !== null && isVersion(version) ? version : null,
      kind: textField(fields, 'kind'),
      entrypoint: textField(fields, 'entrypoint'),
    },
  };
}
