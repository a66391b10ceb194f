import { type Conversation, conversationKey } from '../conversation.ts';

/** The sessions of one user that were healed, and those that are held back. Times are ISO 8601 in UTC. */
export interface HealRecords {
  /** Oldest first. */
  readonly heals: readonly HealRecord[];
  readonly held: readonly HeldRecord[];
}

export const noHeals: HealRecords = { heals: [], held: [] };

/** Why the watch heals a session; each can be switched off in the roster. */
export const healReasons = ['server-died', 'own-limit', 'host-memory'] as const;

export type HealReason = (typeof healReasons)[number];

export interface HealRecord {
  readonly at: string;
  readonly name: string;
  /** The name that it got back; the same as `name` as long as nobody has taken that. */
  readonly as: string;
  /** The absolute path of its server's socket; null for the account's default socket. */
  readonly socket: string | null;
  readonly conversations: readonly HealedConversation[];
  readonly reason: HealReason;
  /** null while it runs, and when the watch ended before it did. */
  readonly outcome: HealOutcome | null;
  /** Why it failed or was deferred; null otherwise. */
  readonly message: string | null;
}

export type HealedConversation = Pick<Conversation, 'agent' | 'id'>;

export const healOutcomes = ['created', 'created-without-conversation', 'already-live', 'failed', 'deferred'] as const;

export type HealOutcome = (typeof healOutcomes)[number];

export interface HeldRecord {
  readonly name: string;
  readonly socket: string | null;
  readonly why: HeldReason;
  /** When it is decided about again; null when that depends on something else than time. */
  readonly until: string | null;
}

export const heldReasons = [
  'memory',
  'deferred',
  'healed-lately',
  'failed-lately',
  'too-many',
  'switched-off',
  'parked',
  'roster-mistake',
  'lost-long-ago',
  'shutdown',
  'shutdown-unknown',
] as const;

export type HeldReason = (typeof heldReasons)[number];

export const healEveryMs = 60 * 60_000;

/** What was deferred, because its agents found no memory, is tried again after this time. */
export const deferredForMs = 60_000;

/** As many as a record keeps of lost sessions. */
export const maxHealsPerHour = 200;

const keptForMs = 24 * 60 * 60_000;
const maxOlderHeals = 50;
/** With those that are deferred. */
const maxCounting = 2 * maxHealsPerHour;
const maxHeld = 200;

/**
 * The records to keep: all heals that still hold a session back, and of the others the last fifty of a day. A time in
 * the future, which a clock that jumped back leaves behind, counts as now.
 */
export function boundedHeals({ heals, held }: HealRecords, nowMs: number): HealRecords {
  const age = ({ at }: HealRecord): number => nowMs - Date.parse(at);
  const counting = heals.filter((one) => age(one) < (one.outcome === 'deferred' ? deferredForMs : healEveryMs));
  const over = heals.filter((one) => one.outcome !== 'deferred' && age(one) >= healEveryMs && age(one) < keptForMs);
  return {
    heals: [...over.slice(-maxOlderHeals), ...counting.slice(-maxCounting)],
    held: held.slice(0, maxHeld),
  };
}

/** The texts by which a session is known again: its place and name, and each of its conversations. */
export function identitiesOf(session: {
  readonly socket: string | null;
  readonly names: readonly string[];
  readonly conversations: readonly HealedConversation[];
}): readonly string[] {
  return [
    ...session.names.map((name) => JSON.stringify(['session', session.socket, name])),
    ...session.conversations.map(({ agent, id }) => conversationKey({ agent, id, ended: null })),
  ];
}
