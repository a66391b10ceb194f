import type { Diagnostic } from './diagnostic.ts';
import type { Cause, SessionEntry } from './manifest.ts';
import type { Observation } from './observation.ts';
import type { OutcomeCounts, SaveResult } from './outcome.ts';
import type { GivenOption } from './own-command.ts';
import type { HostUnits } from './unit-health.ts';

const saveEveryMs = 5 * 60 * 1000;

/** How old a record may be: two missed ticks of the timer are chance, three are a fault. */
export const saveOverdueMs = 3 * saveEveryMs;

/** How every user stands at one moment. */
export interface Status {
  readonly host: string;
  readonly createdAt: string;
  readonly givenOptions: readonly GivenOption[];
  readonly users: readonly UserStatus[];
  /** null where they were not looked at, or could not be. */
  readonly units: HostUnits | null;
  readonly diagnostics: readonly Diagnostic[];
}

export interface UserStatus {
  readonly user: string;
  /** False for a user of whom only records are left. */
  readonly inRoster: boolean;
  readonly hasAccount: boolean;
  readonly parked: boolean;
  /** null when nobody looked, because nothing would be done for the user. */
  readonly observation: ObservationVerdict | null;
  readonly sessions: SessionCounts;
  /** null when the user's tmux was not observed. */
  readonly agents: AgentCounts | null;
  /** How many session entries are gone, by cause; a cause without any may be missing. */
  readonly gone: Readonly<Partial<Record<Cause, number>>>;
  /** The last save that found the record up to date or wrote it; null when there was none. */
  readonly lastGood: { readonly time: string; readonly snapshot: string | null } | null;
  /** The last save of all, as the heartbeat has it; null when there was none. */
  readonly lastResult: Pick<SaveResult, 'result' | 'reason'> | null;
}

interface ObservationVerdict {
  readonly kind: Observation['kind'];
  /** null unless `unknown`. */
  readonly reason: string | null;
}

export interface AgentCounts {
  /** How many run in sessions. */
  readonly running: number;
  /** Of how many of them nobody can tell which conversation they hold. */
  readonly unidentified: number;
}

export interface SessionCounts {
  readonly live: number;
  /** What `apply` would create. */
  readonly pending: number;
  readonly held: number;
  readonly conflict: number;
}

/** How many session entries of a record are live, and how many are gone by each cause. */
export interface SessionTally {
  readonly live: number;
  /** A cause without any may be missing. */
  readonly gone: Readonly<Partial<Record<Cause, number>>>;
}

export function tallyOf(sessions: readonly SessionEntry[]): SessionTally {
  let live = 0;
  const gone: Partial<Record<Cause, number>> = {};
  for (const { cause } of sessions) {
    if (cause === null) live += 1;
    else gone[cause] = (gone[cause] ?? 0) + 1;
  }
  return { live, gone };
}

/** What a monitoring system is told. Times are ISO 8601. */
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
    /** What the record held at the last good save; null where nobody counted. */
    readonly sessions: SessionTally | null;
  } | null;
  /** null for a user for whom nothing was ever applied. */
  readonly apply: { readonly at: string; readonly outcomes: OutcomeCounts } | null;
}
