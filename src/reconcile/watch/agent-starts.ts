import { readProcess } from '../../process/process-table.ts';
import { mayBeAgent } from '../observe/observe-agents.ts';
import type { WatchedProcesses } from './watched-processes.ts';

/** How often the watch looks at what runs in the foreground of each shell. One shell costs about 20 µs. */
const lookEveryMs = 5_000;
/** A user who starts programs all the time is saved for it only this often. */
const signEveryMs = 30_000;

/**
 * Tells of which users an agent has begun in the foreground of a pane, where no terminal comes or goes with it. It must
 * be there for two looks, because many programs share a name with an agent and end at once.
 */
export function agentStarts(processes: WatchedProcesses): (nowMs: number) => readonly string[] {
  let nextLookMs = 0;
  let before: ReadonlySet<string> = new Set();
  let told: ReadonlySet<string> = new Set();
  const signedAtMs = new Map<string, number>();
  return (nowMs) => {
    if (nowMs < nextLookMs) return [];
    nextLookMs = nowMs + lookEveryMs;
    const found = unknownAgents(processes);
    const keys = new Set(found.map(({ key }) => key));
    const fresh = found.filter(
      ({ key, user }) =>
        before.has(key) && !told.has(key) && nowMs - (signedAtMs.get(user) ?? -signEveryMs) >= signEveryMs,
    );
    before = keys;
    // A program that a save did not take for an agent is told of only once.
    told = new Set([...[...told].filter((key) => keys.has(key)), ...fresh.map(({ key }) => key)]);
    const users = [...new Set(fresh.map(({ user }) => user))];
    for (const user of users) signedAtMs.set(user, nowMs);
    return users;
  };
}

interface FoundProgram {
  readonly user: string;
  /** Its pid and start time. */
  readonly key: string;
}

/** The programs in the foreground of panes that may be agents, and that no record knows. */
function unknownAgents(processes: WatchedProcesses): readonly FoundProgram[] {
  const alive = processes.alive();
  const known = new Set(alive.map(({ pid }) => pid));
  return alive.flatMap(({ kind, user, pid }): readonly FoundProgram[] => {
    const group = kind === 'shell' ? (readProcess(pid)?.tpgid ?? -1) : -1;
    if (group < 0 || known.has(group)) return [];
    const leader = readProcess(group);
    if (leader === null || !mayBeAgent(leader.comm)) return [];
    return [{ user, key: `${group} ${leader.startTime}` }];
  });
}
