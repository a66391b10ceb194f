import type { Manifest, SessionEntry, SessionFacts } from '../manifest.ts';

/** What a web terminal said before it killed a session: a person is about to close it. */
export interface IntendedClose extends Pick<SessionFacts, 'name' | 'socket' | 'tmuxId'> {
  readonly at: string;
}

/** A kill follows within seconds. Later, an orderly end of the server may be anything. */
const closeFollowsWithinMs = 2 * 60_000;

/** Those of which the kill may still come. */
export function pendingCloses(closes: readonly IntendedClose[], now: string): readonly IntendedClose[] {
  return closes.filter(({ at }) => Date.parse(now) - Date.parse(at) <= closeFollowsWithinMs);
}

/**
 * The record in which the last session of a server counts as closed when a person was about to close it. A server ends in
 * an orderly way with its last session, so that nothing else tells such a close from a stop of the server.
 */
export function withIntendedCloses(manifest: Manifest, closes: readonly IntendedClose[]): Manifest {
  if (closes.length === 0) return manifest;
  return { ...manifest, sessions: manifest.sessions.map((entry) => closedIfIntended(entry, closes)) };
}

function closedIfIntended(entry: SessionEntry, closes: readonly IntendedClose[]): SessionEntry {
  if (entry.cause !== 'server-stopped') return entry;
  const isMeant = closes.some(
    (close) =>
      close.name === entry.name &&
      close.socket === entry.socket &&
      close.tmuxId === entry.tmuxId &&
      pendingCloses([close], entry.goneAt).length > 0,
  );
  return isMeant ? { ...entry, cause: 'closed' } : entry;
}
