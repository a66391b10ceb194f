import { healEveryMs, type HealRecord, identitiesOf } from './heal-records.ts';

/** One moment by two clocks: people set the wall clock, and nobody sets the monotonic one. */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** A heal that was begun, in terms that no change of the wall clock touches. */
export interface EarlierHeal {
  readonly identities: readonly string[];
  /** By the monotonic clock. */
  readonly atMs: number;
  readonly outcome: HealRecord['outcome'];
}

/**
 * What earlier heals mean now. They are read from disk once, at the start of the watch: from then on the monotonic clock
 * counts. A time in the future counts as now, so that nothing waits for longer than an hour.
 */
export function earlierHeals(records: readonly HealRecord[], now: Instant): readonly EarlierHeal[] {
  return records.map((record) => ({
    identities: identitiesOf({ ...record, names: [record.name, record.as] }),
    atMs: now.monotonicMs - ageMs(record.at, now),
    outcome: record.outcome,
  }));
}

/** The earlier heals that still count: the others can be forgotten. */
export function countingHeals(heals: readonly EarlierHeal[], { monotonicMs }: Instant): readonly EarlierHeal[] {
  return heals.filter(({ atMs }) => monotonicMs - atMs < healEveryMs);
}

/** The time since then, in milliseconds; none for a time in the future, or in no known form. */
export function ageMs(time: string, { wallMs }: Instant): number {
  const age = wallMs - Date.parse(time);
  return Number.isNaN(age) ? 0 : Math.max(0, age);
}
