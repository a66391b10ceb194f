import { join } from 'node:path';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { startTimeIn } from '../system/host/host.ts';
import { isCount, isTime, parseJsonObject, readStateText } from './state-files.ts';
import { prepareSharedFiles, watchStatePath } from './state-paths.ts';

/** What the watch tells about itself, once a minute. Times are ISO 8601 in UTC. */
export interface WatchState {
  readonly formatVersion: 1;
  readonly pid: number;
  /** The start of the process in clock ticks since boot, as text. With the pid it names the process within its boot. */
  readonly startTime: string;
  readonly bootId: string;
  readonly since: string;
  readonly lastSeenAt: string;
  readonly intervalMs: number;
  /** Since when the kernel log was followed without a gap; null when it is not. */
  readonly kernelLogSince: string | null;
  readonly saves: number;
  readonly lastSaveAt: string | null;
  /** When it ended in an orderly way; null while it runs, and after any other end. */
  readonly endedAt: string | null;
}

/** Parses what the watch tells; null for any other text or version. */
export function parseWatchState(text: string): WatchState | null {
  const value = parseJsonObject(text);
  if (value === null || value['formatVersion'] !== 1) return null;
  const { pid, startTime, bootId, since, lastSeenAt, intervalMs, kernelLogSince, saves, lastSaveAt, endedAt } = value;
  if (!isCount(pid) || typeof startTime !== 'string' || typeof bootId !== 'string') return null;
  if (!isTime(since) || !isTime(lastSeenAt) || !isCount(intervalMs)) return null;
  return {
    formatVersion: 1,
    pid,
    startTime,
    bootId,
    since,
    lastSeenAt,
    intervalMs,
    kernelLogSince: isTime(kernelLogSince) ? kernelLogSince : null,
    saves: isCount(saves) ? saves : 0,
    lastSaveAt: isTime(lastSaveAt) ? lastSaveAt : null,
    endedAt: isTime(endedAt) ? endedAt : null,
  };
}

const maxWatchStateBytes = 64 * 1024;

/** What the watch last told; null when there is nothing valid. Throws StateReadError when the system denies the read. */
export function readWatchState(stateDir: string): WatchState | null {
  const text = readStateText(watchStatePath(stateDir), maxWatchStateBytes);
  return text === null ? null : parseWatchState(text);
}

/** Replaces what the watch tells. Everybody with access to the state directory may read it. Throws StateWriteError. */
export function writeWatchState(stateDir: string, state: WatchState): void {
  prepareSharedFiles(stateDir);
  const text = `${JSON.stringify(state, null, 2)}\n`;
  writeFileAtomic(watchStatePath(stateDir), text, { mode: 0o644, owner: null, existing: 'replace', durable: false });
}

const silentAfterMs = 3 * 60_000;

interface LookAtWatch {
  readonly nowMs: number;
  readonly bootId: string;
  readonly procRoot?: string;
}

/** Whether the watch runs: its process lives, in this boot, and it tells of itself. A process that hangs is no watch. */
export function isWatchRunning(state: WatchState | null, look: LookAtWatch): boolean {
  return state !== null && lifeOfWatch(state, look) === 'running';
}

/**
 * `silent`: its process lives, and it has told nothing of itself for three minutes. A time in the future, which a clock
 * that jumped back leaves behind for a minute, counts as now.
 *
 * Where /proc hides the processes of others, a reader without root cannot tell whether the process lives. Then what it told
 * decides alone.
 */
export function lifeOfWatch(
  state: WatchState,
  { nowMs, bootId, procRoot = '/proc' }: LookAtWatch,
): 'running' | 'silent' | 'ended' {
  if (state.endedAt !== null || state.bootId !== bootId) return 'ended';
  const isSilent = nowMs - Date.parse(state.lastSeenAt) > silentAfterMs;
  const startTime = startTimeIn(join(procRoot, String(state.pid), 'stat'));
  if (startTime !== null) {
    if (startTime !== state.startTime) return 'ended';
    return isSilent ? 'silent' : 'running';
  }
  return !isSilent && startTimeIn(join(procRoot, '1', 'stat')) === null ? 'running' : 'ended';
}
