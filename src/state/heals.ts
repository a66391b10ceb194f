import {
  boundedHeals,
  type HealedConversation,
  healOutcomes,
  healReasons,
  type HealRecord,
  type HealRecords,
  type HeldRecord,
  heldReasons,
  noHeals,
} from '../core/heal/heal-records.ts';
import type { Account } from '../system/host/accounts.ts';
import { writeFileAtomic } from '../system/files/atomic-file.ts';
import { isObject, isTime, parseJsonObject, readStateText, requireTrustedRecords } from './state-files.ts';
import { healsPath, prepareUserDirectories } from './state-paths.ts';

/** Parses what was healed and is held back; nothing of any other text or version, and no entry that is not whole. */
export function parseHeals(text: string): HealRecords {
  const value = parseJsonObject(text);
  if (value === null || value['formatVersion'] !== 1) return noHeals;
  const { heals, held } = value;
  return {
    heals: Array.isArray(heals) ? heals.flatMap((one) => parseHeal(one) ?? []) : [],
    held: Array.isArray(held) ? held.flatMap((one) => parseHeld(one) ?? []) : [],
  };
}

function parseHeal(value: unknown): HealRecord | null {
  if (!isObject(value)) return null;
  const { at, name, as, socket, conversations, reason, outcome, message } = value;
  const knownReason = healReasons.find((known) => known === reason);
  if (!isTime(at) || typeof name !== 'string' || knownReason === undefined) return null;
  return {
    at,
    name,
    as: typeof as === 'string' ? as : name,
    socket: typeof socket === 'string' ? socket : null,
    conversations: Array.isArray(conversations) ? conversations.flatMap((one) => parseConversation(one) ?? []) : [],
    reason: knownReason,
    outcome: healOutcomes.find((known) => known === outcome) ?? null,
    message: typeof message === 'string' ? message : null,
  };
}

function parseConversation(value: unknown): HealedConversation | null {
  if (!isObject(value)) return null;
  const { agent, id } = value;
  return typeof agent === 'string' && typeof id === 'string' ? { agent, id } : null;
}

function parseHeld(value: unknown): HeldRecord | null {
  if (!isObject(value)) return null;
  const { name, socket, why, until } = value;
  const knownReason = heldReasons.find((known) => known === why);
  if (typeof name !== 'string' || knownReason === undefined) return null;
  return {
    name,
    socket: typeof socket === 'string' ? socket : null,
    why: knownReason,
    until: isTime(until) ? until : null,
  };
}

/** Some hundred heals of sessions with many conversations. A longer file is not one that this program wrote. */
const maxHealsBytes = 4 * 1024 * 1024;

/** What was healed and is held back of a user. Throws StateReadError when the system denies the read. */
export function readHeals(stateDir: string, user: string): HealRecords {
  requireTrustedRecords(stateDir, user);
  const text = readStateText(healsPath(stateDir, user), maxHealsBytes);
  return text === null ? noHeals : parseHeals(text);
}

/**
 * Replaces what is kept of the user's heals, within its bounds. It is on disk when this returns, because a heal that
 * nobody remembers would be repeated. The caller must hold the user's lock. Throws StateWriteError.
 */
export function writeHeals(stateDir: string, account: Account, records: HealRecords, nowMs: number): void {
  const { owner, fileMode: mode } = prepareUserDirectories(stateDir, account);
  const { heals, held } = boundedHeals(records, nowMs);
  const text = `${JSON.stringify({ formatVersion: 1, heals: heals.map(brief), held }, null, 2)}\n`;
  writeFileAtomic(healsPath(stateDir, account.name), text, { mode, owner, existing: 'replace' });
}

const maxMessageLength = 1000;

/** An error has the words of other programs. */
function brief(heal: HealRecord): HealRecord {
  return heal.message === null ? heal : { ...heal, message: heal.message.slice(0, maxMessageLength) };
}
