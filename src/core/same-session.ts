import { type Conversation, isSameConversation } from './conversation.ts';
import {
  conversationsOf,
  type LiveEntry,
  type Manifest,
  recordedPanesOf,
  type ServerIdentity,
  type SessionEntry,
  type SessionFacts,
} from './manifest.ts';

/** A session that was just made of an entry. */
export interface MadeSession {
  readonly entry: SessionFacts;
  /** tmux's `$N` of what was made. */
  readonly tmuxId: string;
}

/**
 * Whether a lost session is back as this one: it was made of it, or it has its name, all of its conversations, and at least its
 * windows. A name is not a session: a terminal takes one again at once, with a fresh window.
 */
export function isBackAs(lost: SessionFacts, live: LiveEntry, made: readonly MadeSession[]): boolean {
  if (made.some(({ entry, tmuxId }) => tmuxId === live.tmuxId && isSameEntry(entry, lost))) return true;
  return standsFor(lost, live, conversationsOf(live));
}

/** Whether a session is a later state of one that was lost, for whoever tells what happened: its conversations may have ended since. */
function wasBackAs(lost: SessionFacts, live: LiveEntry): boolean {
  return standsFor(
    lost,
    live,
    recordedPanesOf(live).flatMap((pane) => pane.conversation ?? []),
  );
}

function standsFor(lost: SessionFacts, live: LiveEntry, held: readonly Conversation[]): boolean {
  if (live.name !== lost.name || live.windows.length < lost.windows.length) return false;
  return conversationsOf(lost).every((wanted) => held.some((one) => isSameConversation(one, wanted)));
}

/** An entry that turns gone keeps all that was recorded of it. */
function isSameEntry(one: SessionFacts, other: SessionFacts): boolean {
  return (
    one.name === other.name &&
    one.tmuxId === other.tmuxId &&
    one.createdAt === other.createdAt &&
    one.lastSeenAt === other.lastSeenAt
  );
}

interface EntryPairs {
  /** Every entry of the later manifest, in its order, with what it was before; null when it is new. */
  readonly pairs: readonly { readonly before: SessionEntry | null; readonly after: SessionEntry }[];
  /** Entries of the earlier manifest that the later one has no more. */
  readonly left: readonly SessionEntry[];
}

/** Finds which entries of two successive manifests are the same session. */
export function pairEntries(earlier: Manifest | null, later: Manifest): EntryPairs {
  const left = new Set(earlier?.sessions ?? []);
  const before = new Map<SessionEntry, SessionEntry>();
  const sameServer = isSameServer(earlier?.server ?? null, later.server);
  // The surest sign first, over all entries: a namesake must not take what a surer sign gives to another.
  for (const isSame of sameServer ? [hasSameTmuxId, ...lessSureSigns] : lessSureSigns) {
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

/** On one server a session keeps its `$N` through every rename. */
function hasSameTmuxId(before: SessionEntry, after: SessionEntry): boolean {
  return before.state === 'live' && after.state === 'live' && before.tmuxId !== null && before.tmuxId === after.tmuxId;
}

function isStillGone(before: SessionEntry, after: SessionEntry): boolean {
  return before.state === 'gone' && after.state === 'gone' && isSameRecord(before, after);
}

/** An entry that turns gone keeps everything that was recorded of it. */
function isSameRecord(before: SessionEntry, after: SessionEntry): boolean {
  return before.name === after.name && before.tmuxId === after.tmuxId && before.createdAt === after.createdAt;
}

function isLiveAgain(before: SessionEntry, after: SessionEntry): boolean {
  return after.state === 'live' && wasBackAs(before, after);
}

/**
 * Whether both are one tmux server, which then lived through all between them, and no boot was there.
 *
 * The start time is that of the clock, to the second: no two boots give a server the same one and the same pid.
 */
export function isSameServer(one: ServerIdentity | null, other: ServerIdentity | null): boolean {
  return one !== null && other !== null && one.pid === other.pid && one.startTime === other.startTime;
}
