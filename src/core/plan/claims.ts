import { type Candidate, isLater } from './candidate.ts';
import { type Conversation, conversationKey } from '../conversation.ts';
import { recordedPanesOf } from '../manifest.ts';

/**
 * The session names on one server, and the conversations of its user, that are taken: by live sessions, and by sessions
 * that a plan creates.
 */
export interface Claims {
  readonly isTaken: (name: string) => boolean;
  /** The session that holds a conversation; null when none does. */
  readonly holderOf: (conversation: Conversation) => Holder | null;
  /**
   * `base-suffix`, with a number behind it where that gives a name which no session has or waits for. It keeps within
   * the length of a name that a web terminal can address.
   */
  readonly freeName: (base: string, suffix: string) => string;
  /** Registers conversations for a holder. The first claim on a conversation wins. */
  readonly claim: (holder: Holder, conversations: readonly Conversation[]) => void;
}

export interface Holder {
  readonly name: string;
  /** The socket of its server; null for the default one. */
  readonly socket: string | null;
  /** False while the plan has yet to create it. */
  readonly isLive: boolean;
}

/** The session that holds a conversation, in words: `notes`, or `notes on /run/emo/work`. */
export function holderWords({ name, socket }: Pick<Holder, 'name' | 'socket'>): string {
  return socket === null ? name : `${name} on ${socket}`;
}

/**
 * Starts without any claim, for the servers of one user: names are claimed on one server, conversations on all.
 * `awaited` are the names that gone sessions may want back.
 */
export function startClaims(awaited: readonly string[]): (socket: string | null) => Claims {
  const avoided = new Set(awaited);
  const holders = new Map<string, Holder>();
  const servers = new Map<string | null, Claims>();
  return (socket) => {
    const claims = servers.get(socket) ?? claimsOn(avoided, holders);
    servers.set(socket, claims);
    return claims;
  };
}

function claimsOn(avoided: ReadonlySet<string>, holders: Map<string, Holder>): Claims {
  const names = new Set<string>();
  return {
    isTaken: (name) => names.has(name),
    holderOf: (conversation) => holders.get(conversationKey(conversation)) ?? null,
    freeName: (base, suffix) => {
      let name = suffixedName(base, `-${suffix}`);
      for (let number = 2; names.has(name) || avoided.has(name); number += 1) {
        name = suffixedName(base, `-${suffix}-${number}`);
      }
      return name;
    },
    claim: (holder, conversations) => {
      names.add(holder.name);
      for (const key of conversations.map(conversationKey)) if (!holders.has(key)) holders.set(key, holder);
    },
  };
}

/** A web terminal takes names of `[a-zA-Z0-9_-]{1,32}`. */
const maxNameLength = 32;

/** The base is cut where both together are too long, never the suffix. */
function suffixedName(base: string, suffix: string): string {
  return `${Array.from(base)
    .slice(0, Math.max(1, maxNameLength - suffix.length))
    .join('')}${suffix}`;
}

/**
 * Finds the session that held a conversation last, running or ended; null when that is `candidate` itself.
 *
 * The last event of a conversation decides. A conversation that came back in another session and was closed there must
 * not come back in the session that lost it before.
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
