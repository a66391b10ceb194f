import type { Cause } from './cause.ts';
import type { SessionEntry } from './manifest.ts';

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
