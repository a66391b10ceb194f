import { type Conversation, isSameConversation } from './conversation.ts';
import { conversationsOf, type Manifest, type SessionFacts } from './manifest.ts';
import type { Observation, ObservedSession, ServerObservation, UnmanagedServer } from './observation.ts';
import type { Policy } from './roster.ts';
import { compareText, matchesPattern } from './text.ts';

/** The sockets of the user's managed servers that were observed; null is the default socket. */
export function observedSockets(observation: Observation): readonly (string | null)[] {
  const sockets = [null, ...(observation.beside?.managed ?? []).map(({ socket }) => socket)];
  return sockets.filter((socket) => observationOn(observation, socket).kind === 'observed');
}

/** The result of looking at the server on one socket; null is the default socket. */
export function observationOn(observation: Observation, socket: string | null): ServerObservation {
  if (socket === null || observation.kind === 'unknown') return observation;
  const server = managedServer(observation, socket);
  return server === null ? { kind: 'unknown', reason: `nobody looked at the socket ${socket}` } : server.observation;
}

/** The observed session with this `$N` on this socket; null when it was not seen. */
export function sessionSeenOn(
  observation: Observation,
  { socket, tmuxId }: Pick<SessionFacts, 'socket' | 'tmuxId'>,
): ObservedSession | null {
  const server = observationOn(observation, socket);
  const sessions = server.kind === 'observed' ? server.sessions : [];
  return sessions.find((session) => session.tmuxId === tmuxId) ?? null;
}

/** Every session of the user that was seen, with the socket of its server. */
export function sessionsOnAll(
  observation: Observation,
): readonly { readonly socket: string | null; readonly session: ObservedSession }[] {
  return [null, ...(observation.beside?.managed ?? []).map((one) => one.socket)].flatMap((socket) => {
    const server = observationOn(observation, socket);
    return server.kind === 'observed' ? server.sessions.map((session) => ({ socket, session })) : [];
  });
}

/** Whether a session that was seen runs one of these conversations. */
export function isHeldByLive(wanted: readonly Conversation[], observation: Observation): boolean {
  return sessionsOnAll(observation).some(({ session }) =>
    conversationsOf(session).some((held) => wanted.some((one) => isSameConversation(one, held))),
  );
}

/**
 * The socket on which a session is created again: its own, or the default one where its user can start no server any
 * more.
 */
export function placeOf({ socket }: Pick<SessionFacts, 'socket'>, observation: Observation): string | null {
  const server = socket === null ? null : managedServer(observation, socket);
  return server?.canStart === true ? socket : null;
}

/** The other sockets that a record knows, sorted. */
export function furtherSocketsOf(manifest: Manifest | null): readonly string[] {
  const sockets = [...(manifest?.sessions ?? []), ...(manifest?.furtherServers ?? [])].flatMap(
    (one) => one.socket ?? [],
  );
  return [...new Set(sockets)].toSorted(compareText);
}

/** Whether a user's policy manages the server on a socket. The default socket is always managed. */
export function managesSocket({ sockets }: Pick<Policy, 'sockets'>, socket: string | null): boolean {
  if (socket === null) return true;
  const name = socket.slice(socket.lastIndexOf('/') + 1);
  return sockets.some((pattern) => matchesPattern(pattern.startsWith('/') ? socket : name, pattern));
}

/** What is said of a server that is only named. */
export function unmanagedWords({ socket, pid, obstacle }: UnmanagedServer): string {
  const where = socket === null ? '' : ` on ${socket}`;
  const why = obstacle === null ? 'is not managed' : `is out of reach (${obstacle})`;
  return `the tmux server${where}, process ${pid}, ${why}: its sessions are not saved`;
}

function managedServer({ beside }: Observation, socket: string) {
  return beside?.managed.find((one) => one.socket === socket) ?? null;
}
