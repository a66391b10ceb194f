import { type Candidate, isLater } from './candidate.ts';
import { type Conversation, conversationKey } from './conversation.ts';
import { recordedPanesOf } from './manifest.ts';

/** The session names and conversations of one user that are taken: by what is live, and by what a plan creates. */
export interface Claims {
  readonly isTaken: (name: string) => boolean;
  /** The session that holds a conversation; null when none does. */
  readonly holderOf: (conversation: Conversation) => Holder | null;
  /** `wanted`, or with the first number behind it that makes it a name nobody has or waits for. */
  readonly freeName: (wanted: string) => string;
  /** The first claim on a conversation stands. */
  readonly claim: (holder: Holder, conversations: readonly Conversation[]) => void;
}

export interface Holder {
  readonly name: string;
  /** False when the plan is yet to create it. */
  readonly isLive: boolean;
}

/** Starts without any claim; `awaited` are names that a gone session may want back. */
export function startClaims(awaited: readonly string[]): Claims {
  const avoided = new Set(awaited);
  const names = new Set<string>();
  const holders = new Map<string, Holder>();
  return {
    isTaken: (name) => names.has(name),
    holderOf: (conversation) => holders.get(conversationKey(conversation)) ?? null,
    freeName: (wanted) => {
      let name = wanted;
      for (let suffix = 2; names.has(name) || avoided.has(name); suffix += 1) name = `${wanted}-${suffix}`;
      return name;
    },
    claim: (holder, conversations) => {
      names.add(holder.name);
      for (const key of conversations.map(conversationKey)) if (!holders.has(key)) holders.set(key, holder);
    },
  };
}

/**
 * Tells for a conversation which session held it last, running or ended; null when `candidate` itself did.
 *
 * What happened to a conversation last decides about it: one that was brought back elsewhere and closed there must not
 * come back where it was lost before.
 */
export type LaterHolder = (conversation: Conversation, candidate: Candidate) => Candidate | null;

export function laterHoldersAmong(candidates: readonly Candidate[]): LaterHolder {
  const latest = new Map<string, Candidate>();
  for (const candidate of candidates) {
    for (const key of recordedPanesOf(candidate.session).flatMap(({ conversation }) =>
      conversation === null ? [] : [conversationKey(conversation)],
    )) {
      const best = latest.get(key);
      if (best === undefined || isLater(candidate, best)) latest.set(key, candidate);
    }
  }
  return (conversation, candidate) => {
    const holder = latest.get(conversationKey(conversation));
    return holder !== undefined && isLater(holder, candidate) ? holder : null;
  };
}
