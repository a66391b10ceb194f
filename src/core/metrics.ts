import type { OutcomeCounts } from './outcome.ts';
import type { SessionTally } from './session-tally.ts';

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
