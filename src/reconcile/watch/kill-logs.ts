import type { KillReport, ProcessKill } from '../../core/endings.ts';
import type { Instant } from '../../core/heal/earlier-heals.ts';
import { followKernelLog } from '../../system/host/kernel-log.ts';
import { readRecentKills } from '../../systemd/kills-in-journal.ts';
import type { WatchedProcess, WatchedProcesses } from './watched-processes.ts';

/** What the kernel and the journal say of kills, while the watch runs. */
export interface KillLogs {
  /** Why the kernel's log is not followed; null when it is. */
  readonly withoutKernelLog: string | null;
  /** Since when the kernel's log was read without a gap; null when it is not followed. */
  readonly followedSince: () => Date | null;
  /** When something was last killed because the host was short of memory, by the monotonic clock; null for never. */
  readonly lastHostKillMs: () => number | null;
  /** What the journal says of the kills of the last so many milliseconds, each with a process as its victim. */
  readonly read: (withinMs: number) => Promise<readonly KillReport[]>;
  /** Tells of the kills of the last so many milliseconds that the journal tells only now, each once. */
  readonly readLate: (withinMs: number) => Promise<void>;
  /** Reads at once what the kernel has written, because something has just ended. */
  readonly readNow: () => void;
  readonly stop: () => void;
}

interface KillLogsOptions {
  readonly onKill: (user: string, kill: ProcessKill) => void;
  /** Kills may be missing: the kernel wrote faster than it was read, or its log is not read any more. */
  readonly onGap: (reason: string) => void;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/**
 * Follows the kernel's log all the time, because a burst of kills overwrites it within seconds. The journal keeps what
 * the daemons say. So it is asked only when something was lost.
 */
export function killLogs(processes: WatchedProcesses, { onKill, onGap, now, signal }: KillLogsOptions): KillLogs {
  let since: Date | null = now();
  let lastHostKillMs: number | null = null;
  const told = new Set<string>();
  const log = followKernelLog({
    onKill: (report) => {
      if (report.killer.kind === 'host') lastHostKillMs = performance.now();
      for (const victim of processes.victimsOf(report)) onKill(victim.user, killOf(report, victim));
    },
    onGap: () => {
      since = now();
      onGap('the kernel wrote faster than its log was read');
    },
    onEnd: (reason) => {
      since = null;
      onGap(reason);
    },
    now,
  });
  if ('unreadable' in log) since = null;
  const readJournal = async (withinMs: number): Promise<readonly KillReport[]> => {
    const reports = await readRecentKills(withinMs, signal);
    const instant = { wallMs: now().getTime(), monotonicMs: performance.now() };
    lastHostKillMs = latestHostKill(reports, instant, lastHostKillMs);
    return reports;
  };
  const tellOnce = (victim: WatchedProcess, report: KillReport): void => {
    const key = `${victim.pid} ${victim.startTime} ${report.at}`;
    if (told.has(key)) return;
    if (told.size >= maxTold) told.clear();
    told.add(key);
    onKill(victim.user, killOf(report, victim));
  };
  return {
    withoutKernelLog: 'unreadable' in log ? log.unreadable : null,
    followedSince: () => since,
    lastHostKillMs: () => lastHostKillMs,
    readNow: () => {
      if (!('unreadable' in log)) log.readNow();
    },
    read: async (withinMs) => (await readJournal(withinMs)).flatMap((report) => asProcesses(report, processes)),
    readLate: async (withinMs) => {
      for (const report of await readJournal(withinMs)) {
        for (const victim of processes.endedVictimsOf(report)) tellOnce(victim, report);
      }
    },
    stop: () => {
      if (!('unreadable' in log)) log.close();
    },
  };
}

/** The reads of a minute tell of some kills again and again. */
const maxTold = 2_000;

/**
 * When a daemon last killed for lack of memory, by the monotonic clock; `before` is what was known. A report is read
 * many times after its kill. Where the clock of the day was set back, a kill counts as one of now.
 */
export function latestHostKill(reports: readonly KillReport[], now: Instant, before: number | null): number | null {
  const times = reports
    .filter(({ killer }) => killer.kind === 'daemon')
    .map(({ at }) => now.monotonicMs - Math.max(0, now.wallMs - Date.parse(at)));
  return times.reduce((latest, time) => (latest === null ? time : Math.max(latest, time)), before);
}

function killOf({ at, killer }: KillReport, { pid, startTime }: WatchedProcess): ProcessKill {
  return { kind: 'process-kill', at, pid, startTime, killer };
}

/** systemd-oomd names a control group. Only the watch knows which processes were in it. */
function asProcesses(report: KillReport, processes: WatchedProcesses): readonly KillReport[] {
  if (report.victim.kind === 'process') return [report];
  return processes.victimsOf(report).map(({ pid }) => ({ ...report, victim: { kind: 'process', pid } }));
}
