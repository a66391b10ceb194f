import type { UserFiles } from '../user-files.ts';
import { parseRegistryRecord, type RecordParsing, type RegistryRecord } from './registry-record.ts';

export type RegistryReading = RecordParsing | { readonly kind: 'absent' };

const maxRecordBytes = 64 * 1024;
const pauseMs = 10;

/** Reads the records of processes, given by their config directory and pid, in that order; torn ones once more. */
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

/** The process that says it holds a conversation, and lives; null when none does. */
export function liveHolderOf(id: string, configDirectory: string, files: UserFiles): number | null {
  for (const name of files.list(`${configDirectory}/sessions`)) {
    // Beside the records lie keys of peers (`PID.HASH.key`), which are never opened.
    const pid = /^[1-9]\d{0,9}\.json$/.test(name) ? Number.parseInt(name, 10) : null;
    const record = pid === null ? null : recordOf(readRecord(configDirectory, pid, files));
    if (record === null || record.pid !== pid || record.sessionId !== id) continue;
    // Before 2.1.117 there is no start time in it, and the pid may be another's by now.
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

/** Long enough for a write that is under way to be over. This runs in a process of its own, where nothing else waits. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}
