import { causes } from '../core/manifest.ts';
import { killedBy, type SessionTally } from '../core/report/status.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import {
  isCount,
  isObject,
  isTime,
  type JsonObject,
  parseJsonObject,
  readStateText,
  requireTrustedRecords,
} from './state-files.ts';
import { heartbeatPath, prepareUserDirectories } from './state-paths.ts';

/** The result of the last save of a user, with or without a new snapshot. */
export interface Heartbeat {
  readonly formatVersion: 1;
  readonly time: string;
  readonly bootId: string;
  readonly result: SaveResult;
  /** Why nothing could be recorded; null after a good save. */
  readonly reason: string | null;
  readonly lastGood: { readonly time: string; readonly snapshot: string | null } | null;
  /** Times of the last two good saves, newest first. */
  readonly recentSaves: readonly string[];
  /** The OOM-kill counter at the last good save. */
  readonly oomKills: { readonly source: string; readonly count: number; readonly hostCount: number | null } | null;
  /** The terminals of the tmux server in the login records at the last good save; null when they list none. */
  readonly terminals: ServerTerminals | null;
  /** The same for the managed servers on other sockets; missing when they list none. */
  readonly furtherTerminals?: readonly ServerTerminals[];
  /**
   * The numbers of entries at the last good save, for readers that do not read the record; null when no save counted
   * them.
   */
  readonly sessions: SessionTally | null;
}

/** The terminals of one tmux server in the login records. */
export interface ServerTerminals {
  readonly serverPid: number;
  readonly lines: readonly string[];
}

export type SaveResult = (typeof saveResults)[number];

const saveResults = ['saved', 'unchanged', 'unknown', 'failed'] as const;

export type SaveOutcome = {
  readonly time: string;
  readonly bootId: string;
} & (
  | {
      readonly result: 'saved' | 'unchanged';
      readonly snapshot: string | null;
      readonly oomKills: Heartbeat['oomKills'];
      readonly terminals: Heartbeat['terminals'];
      readonly furtherTerminals?: readonly ServerTerminals[];
      readonly sessions: SessionTally;
    }
  | { readonly result: 'unknown' | 'failed'; readonly reason: string }
);

/** `same`: this run has saved before. So the previous save is still the one of an earlier run. */
export type SaveOccasion = 'new' | 'same';

/**
 * The heartbeat after one more save. A save that recorded nothing keeps the counter and terminals of the last good one.
 * So events in between still count as evidence at the next good save.
 */
export function nextHeartbeat(
  previous: Heartbeat | null,
  outcome: SaveOutcome,
  occasion: SaveOccasion = 'new',
): Heartbeat {
  const { time, bootId, result } = outcome;
  if ('reason' in outcome) {
    const { reason } = outcome;
    return { ...(previous ?? neverGood), formatVersion: 1, time, bootId, result, reason };
  }
  const earlier = (previous?.recentSaves ?? []).slice(occasion === 'same' ? 1 : 0);
  return {
    formatVersion: 1,
    time,
    bootId,
    result,
    reason: null,
    lastGood: { time, snapshot: outcome.snapshot },
    recentSaves: [time, ...earlier].slice(0, 2),
    oomKills: outcome.oomKills,
    terminals: outcome.terminals,
    ...further(outcome.furtherTerminals ?? []),
    sessions: outcome.sessions,
  };
}

const neverGood = { lastGood: null, recentSaves: [], oomKills: null, terminals: null, sessions: null } as const;

/** Parses a heartbeat; null for any other text or version, because a lost heartbeat loses no session. */
export function parseHeartbeat(text: string): Heartbeat | null {
  const value = parseJsonObject(text);
  if (value === null || value['formatVersion'] !== 1) return null;
  const { time, bootId, result, reason, lastGood, recentSaves, oomKills, terminals, furtherTerminals, sessions } =
    value;
  const knownResult = saveResults.find((known) => known === result);
  if (!isTime(time) || typeof bootId !== 'string' || knownResult === undefined) return null;
  return {
    formatVersion: 1,
    time,
    bootId,
    result: knownResult,
    reason: typeof reason === 'string' ? reason : null,
    lastGood: parseLastGood(lastGood),
    recentSaves: Array.isArray(recentSaves) ? recentSaves.filter(isTime).slice(0, 2) : [],
    oomKills: parseOomKills(oomKills),
    terminals: parseTerminals(terminals),
    ...further(Array.isArray(furtherTerminals) ? furtherTerminals.flatMap((one) => parseTerminals(one) ?? []) : []),
    sessions: parseTally(sessions),
  };
}

function further(servers: readonly ServerTerminals[]): Pick<Heartbeat, 'furtherTerminals'> {
  return servers.length === 0 ? {} : { furtherTerminals: servers };
}

function parseLastGood(value: unknown): Heartbeat['lastGood'] {
  if (!isObject(value) || !isTime(value['time'])) return null;
  const snapshot = value['snapshot'];
  return { time: value['time'], snapshot: typeof snapshot === 'string' ? snapshot : null };
}

function parseOomKills(value: unknown): Heartbeat['oomKills'] {
  if (!isObject(value)) return null;
  const { source, count, hostCount } = value;
  if (typeof source !== 'string' || typeof count !== 'number') return null;
  return { source, count, hostCount: typeof hostCount === 'number' ? hostCount : null };
}

function parseTerminals(value: unknown): Heartbeat['terminals'] {
  if (!isObject(value)) return null;
  const { serverPid, lines } = value;
  if (typeof serverPid !== 'number' || !Array.isArray(lines)) return null;
  const known = lines.filter((line) => typeof line === 'string');
  return known.length === 0 ? null : { serverPid, lines: known };
}

function parseTally(value: unknown): SessionTally | null {
  if (!isObject(value)) return null;
  const { live, gone, killedBy: killed } = value;
  if (!isCount(live) || !isObject(gone)) return null;
  const tally = { live, gone: countsIn(gone, causes) };
  return isObject(killed) ? { ...tally, killedBy: countsIn(killed, killedBy) } : tally;
}

function countsIn<Key extends string>(value: JsonObject, keys: readonly Key[]): Partial<Record<Key, number>> {
  const counts: Partial<Record<Key, number>> = {};
  for (const key of keys) {
    const count = value[key];
    if (isCount(count)) counts[key] = count;
  }
  return counts;
}

const maxHeartbeatBytes = 64 * 1024;

/** The user's heartbeat; null when there is no valid one. Throws StateReadError when the system denies the read. */
export function readHeartbeat(stateDir: string, user: string): Heartbeat | null {
  requireTrustedRecords(stateDir, user);
  const text = readStateText(heartbeatPath(stateDir, user), maxHeartbeatBytes);
  return text === null ? null : parseHeartbeat(text);
}

/** Replaces the user's heartbeat. The caller must hold the user's lock. Throws StateWriteError. */
export function writeHeartbeat(stateDir: string, account: Account, heartbeat: Heartbeat): void {
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const text = `${JSON.stringify(heartbeat, null, 2)}\n`;
  writeFileAtomic(heartbeatPath(stateDir, account.name), text, { mode, owner, existing: 'replace' });
}
