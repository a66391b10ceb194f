import { type Conversation, isSameConversation } from '../conversation.ts';
import {
  conversationsOf,
  type LiveEntry,
  type Manifest,
  recordedPanesOf,
  type ServerIdentity,
  serverOn,
  type SessionEntry,
  type SessionFacts,
} from '../manifest.ts';

/** A session that this program has just created from an entry. */
export interface MadeSession {
  readonly entry: SessionFacts;
  /** The socket of the server that it was created on; null for the default one. */
  readonly socket: string | null;
  /** tmux's `$N` of the created session. */
  readonly tmuxId: string;
}

/**
 * Whether a lost session is back as this live one. Either this program created it from that entry, or it has its name,
 * all of its conversations and at least its windows. A name alone proves nothing: a terminal takes the name again at
 * once, with a new window.
 */
export function isBackAs(lost: SessionFacts, live: LiveEntry, made: readonly MadeSession[]): boolean {
  if (made.some((one) => isMadeAs(one, live) && isSameEntry(one.entry, lost))) return true;
  return standsFor(lost, live, conversationsOf(live));
}

function isMadeAs({ socket, tmuxId }: MadeSession, live: LiveEntry): boolean {
  return socket === live.socket && tmuxId === live.tmuxId;
}

/**
 * Whether a live session looks like a later state of a lost one. History uses this, so conversations may have ended
 * since.
 */
function wasBackAs(lost: SessionFacts, live: LiveEntry): boolean {
  return standsFor(
    lost,
    live,
    recordedPanesOf(live).flatMap((pane) => pane.conversation ?? []),
  );
}

function standsFor(lost: SessionFacts, live: LiveEntry, held: readonly Conversation[]): boolean {
  if (live.name !== lost.name || windowCountOf(live) < windowCountOf(lost)) return false;
  return conversationsOf(lost).every((wanted) => held.some((one) => isSameConversation(one, wanted)));
}

function windowCountOf({ windows, links }: SessionFacts): number {
  return windows.length + links.length;
}

/** Whether both are one record. An entry that turns gone keeps all recorded facts. */
function isSameEntry(one: SessionFacts, other: SessionFacts): boolean {
  return (
    one.name === other.name &&
    one.socket === other.socket &&
    one.tmuxId === other.tmuxId &&
    one.createdAt === other.createdAt &&
    one.lastSeenAt === other.lastSeenAt
  );
}

interface EntryPairs {
  /** Every entry of the later manifest, in its order, with its earlier state; null when it is new. */
  readonly pairs: readonly { readonly before: SessionEntry | null; readonly after: SessionEntry }[];
  /** Entries of the earlier manifest that are missing in the later one. */
  readonly left: readonly SessionEntry[];
}

/** Finds which entries of two successive manifests are the same session. */
export function pairEntries(earlier: Manifest | null, later: Manifest): EntryPairs {
  const left = new Set(earlier?.sessions ?? []);
  const before = new Map<SessionEntry, SessionEntry>();
  const isSameId: Sign = (entry, after) => earlier !== null && hasSameTmuxId(entry, after, earlier, later);
  // The surest sign goes first, over all entries. Else a namesake could take the entry that a surer sign gives to
  // another session.
  for (const isSame of [isSameId, ...lessSureSigns]) {
    for (const after of later.sessions) {
      if (before.has(after)) continue;
      const found = [...left].find((entry) => isSame(entry, after));
      if (found === undefined) continue;
      before.set(after, found);
      left.delete(found);
    }
  }
  return {
    pairs: later.sessions.map((after) => ({ before: before.get(after) ?? null, after })),
    left: [...left],
  };
}

type Sign = (before: SessionEntry, after: SessionEntry) => boolean;

const lessSureSigns: readonly Sign[] = [
  (before, after) => isStillGone(before, after) && before.goneAt === after.goneAt,
  isStillGone,
  (before, after) => before.state === 'live' && after.state === 'gone' && isSameRecord(before, after),
  isLiveAgain,
];

/** Whether both have the same `$N`, which a session keeps through every rename on one server. */
function hasSameTmuxId(before: SessionEntry, after: SessionEntry, earlier: Manifest, later: Manifest): boolean {
  if (before.state !== 'live' || after.state !== 'live') return false;
  if (before.tmuxId === null || before.tmuxId !== after.tmuxId || before.socket !== after.socket) return false;
  return isSameServer(serverOn(earlier, before.socket), serverOn(later, after.socket));
}

function isStillGone(before: SessionEntry, after: SessionEntry): boolean {
  return before.state === 'gone' && after.state === 'gone' && isSameRecord(before, after);
}

/** Whether both are one record. An entry that turns gone keeps all recorded facts. */
function isSameRecord(before: SessionEntry, after: SessionEntry): boolean {
  if (before.name !== after.name || before.socket !== after.socket) return false;
  return before.tmuxId === after.tmuxId && before.createdAt === after.createdAt;
}

function isLiveAgain(before: SessionEntry, after: SessionEntry): boolean {
  return after.state === 'live' && wasBackAs(before, after);
}

/**
 * Whether both are the same tmux server. If so, it lived the whole time between them, and no boot happened.
 *
 * The start time comes from the clock, in seconds. So a server of another boot cannot have the same start time and the
 * same pid.
 */
export function isSameServer(one: ServerIdentity | null, other: ServerIdentity | null): boolean {
  return one !== null && other !== null && one.pid === other.pid && one.startTime === other.startTime;
}
