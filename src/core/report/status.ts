import type { Diagnostic } from '../diagnostic.ts';
import { killerKindOf, killerKinds } from '../kills/killers.ts';
import type { Cause, SessionEntry } from '../manifest.ts';
import type { Observation, UnmanagedServer } from '../observation.ts';
import type { OutcomeCounts, SaveResult } from '../plan/outcome.ts';
import type { Reader } from '../own-command.ts';
import type { HostUnits } from '../units/unit-health.ts';
import type { HealingStatus, RecentKills, WatchStatus } from './watch-status.ts';

const saveEveryMs = 5 * 60 * 1000;

/** The age limit of a record: two missed ticks of the timer can be chance, three are a fault. */
export const saveOverdueMs = 3 * saveEveryMs;

/** The state of every user at one moment. */
export interface Status extends Reader {
  readonly host: string;
  readonly createdAt: string;
  readonly users: readonly UserStatus[];
  readonly watch: WatchStatus;
  /** null when the run did not look at the units, or could not. */
  readonly units: HostUnits | null;
  readonly diagnostics: readonly Diagnostic[];
}

export interface UserStatus {
  readonly user: string;
  /** False for a user who has records but is not in the roster. */
  readonly inRoster: boolean;
  readonly hasAccount: boolean;
  readonly parked: boolean;
  /** null when the run did not look, because it would do nothing for the user. */
  readonly observation: ObservationVerdict | null;
  readonly sessions: SessionCounts;
  /** The managed servers on other sockets that run. */
  readonly furtherServers: readonly { readonly socket: string; readonly sessions: number }[];
  /** Running servers whose sessions are not saved. */
  readonly unmanagedServers: readonly UnmanagedServer[];
  /** null when the run did not observe the user's tmux. */
  readonly agents: AgentCounts | null;
  /** The number of gone session entries by cause; causes without entries may be missing. */
  readonly gone: Readonly<Partial<Record<Cause, number>>>;
  /** null when none was killed within a day. */
  readonly recentKills: RecentKills | null;
  readonly healing: HealingStatus;
  /** The last save that wrote the record or found it up to date; null when there was none. */
  readonly lastGood: { readonly time: string; readonly snapshot: string | null } | null;
  /** The last save of any result, from the heartbeat; null when there was none. */
  readonly lastResult: Pick<SaveResult, 'result' | 'reason'> | null;
}

interface ObservationVerdict {
  readonly kind: Observation['kind'];
  /** null unless the verdict is `unknown`. */
  readonly reason: string | null;
}

export interface AgentCounts {
  /** The number of agents that run in sessions. */
  readonly running: number;
  /** The number of those whose conversation cannot be identified. */
  readonly unidentified: number;
}

export interface SessionCounts {
  readonly live: number;
  /** The number of sessions that `apply` would create. */
  readonly pending: number;
  readonly held: number;
  readonly conflict: number;
}

/** The numbers of session entries in a record: live ones, and gone ones by cause. */
export interface SessionTally {
  readonly live: number;
  /** Causes without entries may be missing. */
  readonly gone: Readonly<Partial<Record<Cause, number>>>;
  /**
   * Those of them that were killed for lack of memory, themselves or with their server, by who did it. Who killed none
   * may be missing; all is missing in what an earlier version counted.
   */
  readonly killedBy?: Readonly<Partial<Record<KilledBy, number>>>;
}

/** `unknown`: nothing tells who killed the session. */
export const killedBy = [...killerKinds, 'unknown'] as const;

export type KilledBy = (typeof killedBy)[number];

export function tallyOf(sessions: readonly SessionEntry[]): SessionTally {
  let live = 0;
  const gone: Partial<Record<Cause, number>> = {};
  const killed: Partial<Record<KilledBy, number>> = {};
  for (const { cause, killer } of sessions) {
    if (cause === null) live += 1;
    else gone[cause] = (gone[cause] ?? 0) + 1;
    if (cause !== 'killed' && killer === null) continue;
    const by = killer === null ? 'unknown' : killerKindOf(killer);
    killed[by] = (killed[by] ?? 0) + 1;
  }
  return { live, gone, killedBy: killed };
}

/** The data for a monitoring system. Times are ISO 8601. */
export interface Metrics {
  readonly version: string;
  /** The roster's users. */
  readonly users: readonly UserMetrics[];
}

export interface UserMetrics {
  readonly user: string;
  /** null for a user whom no save has looked at. */
  readonly save: {
    /** null while no save was good. */
    readonly lastGoodAt: string | null;
    readonly failed: boolean;
    /** The numbers of entries at the last good save; null when no save counted them. */
    readonly sessions: SessionTally | null;
  } | null;
  /** null for a user for whom no apply has run. */
  readonly apply: { readonly at: string; readonly outcomes: OutcomeCounts } | null;
}
