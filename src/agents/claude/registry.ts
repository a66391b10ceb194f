import { isUuid } from '../../core/conversation.ts';
import type { UserFiles } from '../user-files.ts';
import { isAtLeast, isVersion } from './program.ts';
import { jsonFields, numberField, pathField, textField } from '../json-fields.ts';

export type RegistryReading = RecordParsing | { readonly kind: 'absent' };

const maxRecordBytes = 64 * 1024;
const pauseMs = 10;

/** Reads the records of processes, given by config directory and pid, in that order. It reads torn ones once more. */
export function readRegistry(
  wanted: readonly { readonly configDirectory: string; readonly pid: number }[],
  files: UserFiles,
): readonly RegistryReading[] {
  const first = wanted.map(({ configDirectory, pid }) => readRecord(configDirectory, pid, files));
  if (!first.some(({ kind }) => kind === 'torn')) return first;
  pause();
  return wanted.map(({ configDirectory, pid }, at) => {
    const reading = first[at] ?? { kind: 'absent' };
    return reading.kind === 'torn' ? readRecord(configDirectory, pid, files) : reading;
  });
}

/** The pid of a living process whose record names the conversation; null when there is none. */
export function liveHolderOf(id: string, configDirectory: string, files: UserFiles): number | null {
  for (const name of files.list(`${configDirectory}/sessions`)) {
    // The directory also has the keys of peers (`PID.HASH.key`), which are never opened.
    const pid = /^[1-9]\d{0,9}\.json$/.test(name) ? Number.parseInt(name, 10) : null;
    const record = pid === null ? null : recordOf(readRecord(configDirectory, pid, files));
    if (record === null || record.pid !== pid || record.sessionId !== id) continue;
    // Before 2.1.117 a record has no start time, so its pid may belong to another process by now.
    if (record.procStart !== null && files.startTimeOf(pid) === record.procStart) return pid;
  }
  return null;
}

function recordOf(reading: RegistryReading): RegistryRecord | null {
  return reading.kind === 'record' ? reading.record : null;
}

function readRecord(configDirectory: string, pid: number, files: UserFiles): RegistryReading {
  const text = files.readStart(`${configDirectory}/sessions/${pid}.json`, maxRecordBytes + 1);
  if (text === null) return { kind: 'absent' };
  return text.length > maxRecordBytes ? { kind: 'foreign' } : parseRegistryRecord(text);
}

/** Waits until a write in progress has ended. This runs in a separate process, so nothing else waits. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}

/** A process's own record in `sessions/PID.json`; fields that its version does not write are null. */
export interface RegistryRecord {
  readonly pid: number;
  readonly sessionId: string;
  readonly cwd: string | null;
  readonly startedAtMs: number | null;
  /** On Linux the start time from /proc/PID/stat, as text. */
  readonly procStart: string | null;
  readonly version: string | null;
  readonly kind: string | null;
  readonly entrypoint: string | null;
}

type RecordParsing =
  | { readonly kind: 'record'; readonly record: RegistryRecord }
  /** Not JSON. Claude Code writes the file in place, so the read may have got half of it. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'foreign' };

/** Parses the text of a registry record. */
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

/**
 * How much a record tells about the conversation of a process. `exact`: it follows every change of conversation.
 * `clear-blind`: it follows every change but `/clear`. `start-only`: it has the id of the start. `background`: the
 * record is its own, but no person converses with it. `stranger`: the record belongs to another process, perhaps an
 * earlier one with the same pid.
 */
export type RegistryTrust = 'exact' | 'clear-blind' | 'start-only' | 'background' | 'stranger';

interface Bearer {
  readonly pid: number;
  readonly startTime: string;
  readonly startedAtMs: number;
  /** The version that the process itself shows, or null. The version in the record has precedence. */
  readonly version: string | null;
}

/** Since 2.1.117 a record has the exact start time (bisected between 2.1.113 and 2.1.120). */
const withStartTime = '2.1.117';
/** The start of a process is known to the second, because the boot time is. */
const clockSlackMs = 1_000;
const maxStartupMs = 120_000;

/** Judges a record that was found under a process's pid. */
export function registryTrust(record: RegistryRecord, holder: Bearer): RegistryTrust {
  const version = record.version ?? holder.version;
  if (!isOf(record, holder, version)) return 'stranger';
  if ((record.kind ?? 'interactive') !== 'interactive') return 'background';
  if ((record.entrypoint ?? 'cli') !== 'cli') return 'background';
  // 2.1.83 to about 2.1.90 wrote no kind. Without a version such a record may also be older.
  if (version === null) return record.kind === null ? 'start-only' : 'clear-blind';
  if (isAtLeast(version, '2.1.128')) return 'exact';
  return isAtLeast(version, '2.1.83') ? 'clear-blind' : 'start-only';
}

/** Whether processes of this version record, after their start, which conversation they resumed. */
export function announcesConversation(version: string | null): boolean {
  return version !== null && isAtLeast(version, '2.1.83');
}

function isOf(record: RegistryRecord, holder: Bearer, version: string | null): boolean {
  if (record.pid !== holder.pid) return false;
  const isExact = record.procStart !== null || (version !== null && isAtLeast(version, withStartTime));
  if (isExact) return record.procStart === holder.startTime;
  if (record.startedAtMs === null) return false;
  const startupMs = record.startedAtMs - holder.startedAtMs;
  return startupMs >= -clockSlackMs && startupMs <= maxStartupMs + clockSlackMs;
}
