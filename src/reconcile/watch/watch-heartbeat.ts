import process from 'node:process';
import { type WatchState, writeWatchState } from '../../state/watch-state.ts';
import { StateWriteError } from '../../system/errors.ts';
import { startTimeIn } from '../../system/host/host.ts';
import { notifySystemd } from '../../systemd/notify-systemd.ts';
import type { Context } from '../context.ts';
import type { KillLogs } from './kill-logs.ts';

/** What the watch tells of itself on disk, for status, doctor and every run that weighs evidence. */
export interface WatchHeartbeat {
  readonly saved: (context: Context) => void;
  /** Writes it now and then, and at once when the kernel's log had a gap. */
  readonly beat: (context: Context) => void;
  readonly stop: (context: Context) => void;
}

const everyMs = 60_000;

/** A failed write is told by the saves, which write to the same disk. */
export function watchHeartbeat(
  start: Context,
  { logs, onProblem }: { readonly logs: Pick<KillLogs, 'followedSince'>; readonly onProblem: (reason: string) => void },
): WatchHeartbeat {
  const tellSystemd = async (signal: AbortSignal): Promise<void> => {
    const problem = await notifySystemd(['WATCHDOG=1'], { signal });
    if (problem !== null && !signal.aborted) onProblem(problem);
  };
  const startTime = startTimeIn('/proc/self/stat') ?? '';
  const since = start.now().toISOString();
  let saves = 0;
  let lastSaveAt: string | null = null;
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let writtenLogSince: string | null = null;

  const write = ({ stateDirectory, host, now }: Context, endedAt: string | null): void => {
    const kernelLogSince = logs.followedSince()?.toISOString() ?? null;
    const state: WatchState = {
      formatVersion: 1,
      pid: process.pid,
      startTime,
      bootId: host.bootId,
      since,
      lastSeenAt: now().toISOString(),
      intervalMs: everyMs,
      kernelLogSince,
      saves,
      lastSaveAt,
      endedAt,
    };
    writtenAtMs = performance.now();
    writtenLogSince = kernelLogSince;
    try {
      writeWatchState(stateDirectory, state);
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
    }
  };

  return {
    saved: ({ now }) => {
      saves += 1;
      lastSaveAt = now().toISOString();
    },
    beat: (context) => {
      const isDue = performance.now() - writtenAtMs >= everyMs;
      const hasGap = (logs.followedSince()?.toISOString() ?? null) !== writtenLogSince;
      if (isDue || hasGap) write(context, null);
      if (isDue) void tellSystemd(context.signal);
    },
    stop: (context) => write(context, context.now().toISOString()),
  };
}
