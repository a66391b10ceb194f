import { isSameConversation } from '../conversation.ts';
import type { Killer } from '../endings.ts';
import {
  type Cause,
  conversationsOf,
  type Manifest,
  recordedPanesOf,
  type SessionEntry,
  type SessionFacts,
} from '../manifest.ts';

/** A session that a plan decides about, from the manifest or from an older snapshot that the user asked for. */
export interface Candidate {
  readonly session: SessionFacts;
  readonly state: 'live' | 'gone';
  /** null when only an older snapshot knows the session: then nobody recorded how it ended. */
  readonly cause: Cause | null;
  readonly goneAt: string | null;
  /** Who killed it, or its server; null when nobody did, or when nothing tells. */
  readonly killer: Killer | null;
  /** The older snapshot that the session comes from; null for the manifest itself. */
  readonly snapshot: string | null;
  readonly selected: boolean;
  /** Ids of the conversations that the user asked for by id; empty when the user asked for the whole session. */
  readonly selectedConversations: readonly string[];
}

export function candidatesOf(manifest: Manifest | null): readonly Candidate[] {
  return (manifest?.sessions ?? []).map(candidateOf);
}

/**
 * Candidates from the sessions that an older snapshot held as live: live again, gone with the manifest's cause, or gone
 * without a cause.
 */
export function candidatesFromSnapshot(snapshot: string, then: Manifest, today: Manifest | null): readonly Candidate[] {
  const current = today?.sessions ?? [];
  return then.sessions
    .filter((entry) => entry.state === 'live')
    .map((session) => {
      const now = current.find((entry) => isSameWiring(session, entry));
      return now === undefined
        ? { ...candidateOf(session), state: 'gone' as const, snapshot }
        : { ...candidateOf(now), snapshot };
    });
}

/** Whether `a` was seen running later than `b`; a live session is later than every gone one. */
export function isLater(a: Candidate, b: Candidate): boolean {
  if (a.state !== b.state) return a.state === 'live';
  return a.session.lastSeenAt > b.session.lastSeenAt;
}

/** The candidate of one entry of a record. */
export function candidateOf(entry: SessionEntry): Candidate {
  return {
    session: entry,
    state: entry.state,
    cause: entry.cause,
    goneAt: entry.goneAt,
    killer: entry.killer,
    snapshot: null,
    selected: false,
    selectedConversations: [],
  };
}

/** Whether both have one name, and the newer one has every conversation of the older one, running or ended. */
function isSameWiring(older: SessionFacts, newer: SessionEntry): boolean {
  if (older.name !== newer.name) return false;
  // A shell on another server is another session.
  if (older.socket !== newer.socket && conversationsOf(older).length === 0) return false;
  const held = recordedPanesOf(newer).flatMap((pane) => pane.conversation ?? []);
  return conversationsOf(older).every((wanted) => held.some((one) => isSameConversation(one, wanted)));
}
