import { noOutcomes, type OutcomeCounts, outcomeKinds } from '../core/outcome.ts';
import { isCount, isObject, isTime, parseJsonObject } from './json-object.ts';

/** What the last apply or restore of a user came to. */
export interface LastApply {
  readonly formatVersion: 1;
  readonly time: string;
  readonly outcomes: OutcomeCounts;
}

/** Parses the record of an apply; null for anything that is not one of this version. */
export function parseLastApply(text: string): LastApply | null {
  const value = parseJsonObject(text);
  if (value === null || value['formatVersion'] !== 1) return null;
  const { time, outcomes } = value;
  if (!isTime(time) || !isObject(outcomes)) return null;
  const counts = { ...noOutcomes };
  for (const kind of outcomeKinds) {
    const count = outcomes[kind];
    if (isCount(count)) counts[kind] = count;
  }
  return { formatVersion: 1, time, outcomes: counts };
}
