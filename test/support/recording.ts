import type { Evidence } from '../../src/core/record/evidence.ts';
import { panesOf, type Manifest, type SessionEntry } from '../../src/core/manifest.ts';
import type { Observation } from '../../src/core/observation.ts';
import { record } from '../../src/core/record/record.ts';
import { clock, evidence } from './builders.ts';

export const origin = { user: 'emo', uid: 1001, host: 'devvm' };

/** The record that a save five minutes later makes. */
export function next(
  previous: Manifest | null,
  observation: Observation,
  facts: Partial<Evidence> = {},
  now = clock(5),
): Manifest {
  const result = record(previous, observation, evidence(facts), now, origin);
  if (result === null) throw new Error('no record was made');
  return result;
}

/** Every entry in a few words, in the order of the record. */
export function standing({ sessions }: Manifest): readonly string[] {
  return sessions.map((entry) => [entry.name, entry.state, ...(entry.cause === null ? [] : [entry.cause])].join(' '));
}

export function find({ sessions }: Manifest, name: string): SessionEntry {
  const entry = sessions.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`no entry ${name}`);
  return entry;
}

/** Ids of the conversations an entry holds, running or ended. */
export function conversations(entry: SessionEntry): readonly string[] {
  return panesOf(entry).flatMap((pane) => pane.conversation?.id ?? []);
}
