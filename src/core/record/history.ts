import { conversationKey, type Conversation, isSameConversation } from '../conversation.ts';
import type { Killer } from '../endings.ts';
import { type Cause, directoryOf, type Manifest, panesOf, recordedPanesOf, type SessionEntry } from '../manifest.ts';
import { pairEntries } from './same-session.ts';

/** One thing that happened to a session between two snapshots. */
export type HistoryEvent = EventPlace & HistoryChange;

interface EventPlace {
  /** The time of the snapshot that shows it. */
  readonly at: string;
  readonly snapshot: string;
  readonly session: string;
}

export type HistoryChange =
  | { readonly kind: 'appeared'; readonly cwd: string; readonly conversation: Conversation | null }
  | { readonly kind: 'gone'; readonly cause: Cause; readonly killer: Killer | null; readonly lastSeenAt: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'renamed'; readonly from: string }
  | {
      readonly kind: 'conversation-changed';
      /** null when none ran before. */
      readonly from: Conversation | null;
      /** null when no conversation runs now and no save saw the old one end. */
      readonly to: Conversation | null;
    }
  | ConversationEnded
  /** It had ended before, and who killed its agent is known only now. */
  | (Omit<ConversationEnded, 'kind'> & { readonly kind: 'conversation-end-corrected' })
  /** It was tried when its session came back, and its agent did not start. */
  | { readonly kind: 'conversation-failed'; readonly conversation: Conversation }
  | { readonly kind: 'directory-changed'; readonly from: string; readonly to: string }
  /** With the same cause: who killed it is known only now. */
  | { readonly kind: 'cause-corrected'; readonly from: Cause; readonly to: Cause; readonly killer: Killer | null }
  | { readonly kind: 'left-record' };

interface ConversationEnded {
  readonly kind: 'conversation-ended';
  readonly conversation: Conversation;
  readonly killed: boolean;
  readonly killer: Killer | null;
}

/** What happened to one session between two records. */
export type SessionChange = HistoryChange & { readonly session: string };

export interface StoredManifest {
  readonly id: string;
  readonly manifest: Manifest;
}

/** A stored record, and the one before it; null for the first. */
export interface RecordStep extends StoredManifest {
  readonly before: Manifest | null;
}

/** Tells what happened from the record before to this one. */
export function eventsOf({ id, manifest, before }: RecordStep): readonly HistoryEvent[] {
  return changesBetween(before, manifest).map((change) => ({ at: manifest.takenAt, snapshot: id, ...change }));
}

/**
 * Tells what happened between two records of a user. Without an earlier record, all sessions of the later one are new.
 */
export function changesBetween(before: Manifest | null, after: Manifest): readonly SessionChange[] {
  const { pairs, left } = pairEntries(before, after);
  return [
    ...pairs.flatMap((pair) =>
      changesOf(pair.before, pair.after).map((change) => ({ session: pair.after.name, ...change })),
    ),
    ...left.map((entry) => ({ session: entry.name, kind: 'left-record' as const })),
  ];
}

function changesOf(before: SessionEntry | null, after: SessionEntry): readonly HistoryChange[] {
  if (after.state === 'gone') {
    const { cause, killer, lastSeenAt } = after;
    if (before?.state !== 'gone') return [{ kind: 'gone', cause, killer, lastSeenAt }];
    const isSame = before.cause === cause && (before.killer !== null || killer === null);
    return [
      ...(isSame ? [] : [{ kind: 'cause-corrected' as const, from: before.cause, to: cause, killer }]),
      ...endCorrections(before, after),
    ];
  }
  if (before === null) {
    return [{ kind: 'appeared', cwd: directoryOf(after), conversation: runningIn(after)[0] ?? null }];
  }
  if (before.state === 'gone') return [{ kind: 'back' }, ...failures(before, after), ...directoryChange(before, after)];
  return [...nameChange(before, after), ...directoryChange(before, after), ...conversationChanges(before, after)];
}

function failures(before: SessionEntry, after: SessionEntry): readonly HistoryChange[] {
  const known = new Set(endedIn(before).map(conversationKey));
  return endedIn(after)
    .filter((one) => one.ended?.failedToStart === true && !known.has(conversationKey(one)))
    .map((conversation) => ({ kind: 'conversation-failed', conversation }));
}

function nameChange(before: SessionEntry, after: SessionEntry): readonly HistoryChange[] {
  return before.name === after.name ? [] : [{ kind: 'renamed', from: before.name }];
}

function directoryChange(before: SessionEntry, after: SessionEntry): readonly HistoryChange[] {
  const [from, to] = [directoryOf(before), directoryOf(after)];
  return from === to ? [] : [{ kind: 'directory-changed', from, to }];
}

function conversationChanges(before: SessionEntry, after: SessionEntry): readonly HistoryChange[] {
  const [ranBefore, runsNow] = [runningIn(before), runningIn(after)];
  const stopped = without(ranBefore, runsNow);
  const started = without(runsNow, ranBefore);
  const ended = endedIn(after).filter((one) => includes(stopped, one));
  const vanished = without(stopped, ended);
  return [
    ...ended.map((conversation): HistoryChange => ({ kind: 'conversation-ended', ...endOf(conversation) })),
    ...endCorrections(before, after),
    ...Array.from({ length: Math.max(vanished.length, started.length) }, (_, at): HistoryChange => ({
      kind: 'conversation-changed',
      from: vanished[at] ?? null,
      to: started[at] ?? null,
    })),
  ];
}

function endCorrections(before: SessionEntry, after: SessionEntry): readonly HistoryChange[] {
  const unexplained = endedIn(before).filter(({ ended }) => ended?.killer === undefined);
  return endedIn(after)
    .filter((one) => one.ended?.killer !== undefined && includes(unexplained, one))
    .map((conversation) => ({ kind: 'conversation-end-corrected', ...endOf(conversation) }));
}

function endOf(conversation: Conversation): Omit<ConversationEnded, 'kind'> {
  const { ended } = conversation;
  return { conversation, killed: ended?.killed ?? false, killer: ended?.killer ?? null };
}

function runningIn(entry: SessionEntry): readonly Conversation[] {
  return panesOf(entry).flatMap(({ conversation }) => (conversation?.ended === null ? [conversation] : []));
}

function endedIn(entry: SessionEntry): readonly Conversation[] {
  return recordedPanesOf(entry).flatMap(({ conversation }) => (conversation?.ended ? [conversation] : []));
}

function without(some: readonly Conversation[], others: readonly Conversation[]): readonly Conversation[] {
  return some.filter((one) => !includes(others, one));
}

function includes(some: readonly Conversation[], wanted: Conversation): boolean {
  return some.some((one) => isSameConversation(one, wanted));
}
