import type { Cause } from './cause.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { GivenOption } from './given-option.ts';
import type { Observation } from './observation.ts';
import type { SaveResult } from './save-result.ts';
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

export interface ObservationVerdict {
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
