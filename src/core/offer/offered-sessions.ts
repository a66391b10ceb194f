import { isSameConversation } from '../conversation.ts';
import {
  type Cause,
  causeTimeOf,
  conversationsOf,
  type Manifest,
  qualifiedName,
  recordedPanesOf,
  type SessionEntry,
} from '../manifest.ts';
import { type Candidate, candidateOf } from '../plan/candidate.ts';
import { pairEntries } from '../record/same-session.ts';

/** A session that a snapshot offers to bring back. */
export interface OfferedSession {
  /** The word that selects it among all that the snapshot offers. */
  readonly selector: string;
  /** As the snapshot has it. */
  readonly entry: SessionEntry;
  /** What a plan decides about, which knows what became of it since. */
  readonly candidate: Candidate;
  /** When a person closed or forgot it after the snapshot; null when nobody did. */
  readonly closedAt: string | null;
}

/**
 * What a snapshot offers: the sessions that ran then, and those that were lost before and not back. A session that a
 * person had closed before is not offered.
 */
export function offeredSessions(snapshot: string, then: Manifest, today: Manifest | null): readonly OfferedSession[] {
  const entries = then.sessions.filter(({ cause }) => cause === null || isLossOffered(cause));
  const later = laterStates(then, today);
  const offered = entries.map((entry) => {
    const became = later(entry);
    return { entry, candidate: candidateFor(snapshot, entry, became), closedAt: closedAtOf(became) };
  });
  const named = new Map<string, Omit<OfferedSession, 'selector'>>();
  for (const one of offered) {
    const name = qualifiedName(one.entry);
    const best = named.get(name);
    if (best === undefined || isMissedMore(one, best)) named.set(name, one);
  }
  return offered.flatMap((one): readonly OfferedSession[] => {
    const name = qualifiedName(one.entry);
    if (named.get(name) === one) return [{ ...one, selector: name }];
    const [conversation] = conversationsOf(one.entry);
    // A namesake needs another word. Without a conversation there is none, and little to miss.
    if (conversation === undefined || one.candidate.state === 'live') return [];
    return [{ ...one, selector: conversation.id }];
  });
}

/** Whether the lost sessions of this cause come back with a restore. */
export function isLossOffered(cause: Cause): boolean {
  return cause !== 'closed' && cause !== 'forgotten';
}

/** What each session of a snapshot became in a later record; null when nothing there is the same session. */
function laterStates(then: Manifest, today: Manifest | null): (entry: SessionEntry) => SessionEntry | null {
  if (today === null) return () => null;
  const states = new Map(pairEntries(then, today).pairs.map(({ before, after }) => [before, after] as const));
  return (entry) => {
    const paired = states.get(entry);
    if (paired !== undefined && (paired.state === 'gone' || holdsAll(paired, entry))) return paired;
    const heirs = today.sessions.filter((one) => isHeir(one, entry));
    return heirs.find(({ state }) => state === 'live') ?? latestOf(heirs);
  };
}

/** Whether it came back later under its name, with its conversations or, without any, on its server. */
function isHeir(later: SessionEntry, entry: SessionEntry): boolean {
  if (later.name !== entry.name || !holdsAll(later, entry)) return false;
  if (conversationsOf(entry).length > 0) return true;
  const isOneOfNow = later.state === 'gone' || later.windows.length >= entry.windows.length;
  return later.socket === entry.socket && later.lastSeenAt >= entry.lastSeenAt && isOneOfNow;
}

/** Whether a session has every conversation that the other one would start, running or ended. */
function holdsAll(later: SessionEntry, entry: SessionEntry): boolean {
  const held = recordedPanesOf(later).flatMap((pane) => pane.conversation ?? []);
  return conversationsOf(entry).every((wanted) => held.some((one) => isSameConversation(one, wanted)));
}

function latestOf(entries: readonly SessionEntry[]): SessionEntry | null {
  return entries.toSorted((a, b) => (a.lastSeenAt < b.lastSeenAt ? 1 : -1))[0] ?? null;
}

/** What was closed or forgotten before the snapshot is not offered, so all that is was closed after it. */
function closedAtOf(became: SessionEntry | null): string | null {
  return became?.state === 'gone' && !isLossOffered(became.cause) ? causeTimeOf(became) : null;
}

/** It lives, and then its conversations of that time are meant. Or it is gone, and comes back as it was then. */
function candidateFor(snapshot: string, entry: SessionEntry, later: SessionEntry | null): Candidate {
  if (later?.state === 'live') {
    const ids = conversationsOf(entry).map(({ id }) => id);
    return { ...candidateOf(later), snapshot, selectedConversations: ids };
  }
  if (later === null && entry.state === 'live') {
    return { ...candidateOf(entry), state: 'gone', snapshot };
  }
  const { cause, goneAt, killer } = later ?? entry;
  return { ...candidateOf(entry), state: 'gone', snapshot, cause, goneAt, killer };
}

/** Of two namesakes the name means the one that is missing, then the one with a conversation, then the later one. */
function isMissedMore(one: Omit<OfferedSession, 'selector'>, other: Omit<OfferedSession, 'selector'>): boolean {
  const rank = ({ entry, candidate }: Omit<OfferedSession, 'selector'>): readonly number[] => [
    Number(candidate.state === 'gone'),
    Number(conversationsOf(entry).length > 0),
    Date.parse(entry.lastSeenAt),
  ];
  const [a, b] = [rank(one), rank(other)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}
