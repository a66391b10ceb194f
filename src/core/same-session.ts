import { type Conversation, isSameConversation } from './conversation.ts';
import { conversationsOf, type LiveEntry, recordedPanesOf, type SessionFacts } from './manifest.ts';

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
export function wasBackAs(lost: SessionFacts, live: LiveEntry): boolean {
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
