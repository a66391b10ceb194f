import { noOutcomes, type OutcomeCounts, outcomeKinds } from '../core/plan/outcome.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { isCount, isObject, isTime, parseJsonObject, readStateText, requireTrustedRecords } from './state-files.ts';
import { lastApplyPath, prepareUserDirectories } from './state-paths.ts';

/** The outcomes of a user's last apply or restore. */
export interface LastApply {
  readonly formatVersion: 1;
  readonly time: string;
  readonly outcomes: OutcomeCounts;
}

/** Parses the record of an apply; null for any other text or version. */
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

const maxLastApplyBytes = 64 * 1024;

/** The user's last apply; null when there is no valid record. Throws StateReadError when the system denies the read. */
export function readLastApply(stateDir: string, user: string): LastApply | null {
  requireTrustedRecords(stateDir, user);
  const text = readStateText(lastApplyPath(stateDir, user), maxLastApplyBytes);
  return text === null ? null : parseLastApply(text);
}

/** Replaces the record of the user's last apply. The caller must hold the user's lock. Throws StateWriteError. */
export function writeLastApply(stateDir: string, account: Account, lastApply: LastApply): void {
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const options = { mode, owner, existing: 'replace', durable: false } as const;
  writeFileAtomic(lastApplyPath(stateDir, account.name), `${JSON.stringify(lastApply, null, 2)}\n`, options);
}
