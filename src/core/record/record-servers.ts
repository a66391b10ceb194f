import type { Conversation } from '../conversation.ts';
import { adoptEndedConversations } from './ended-conversations.ts';
import type { Evidence } from './evidence.ts';
import {
  conversationsOf,
  type GoneEntry,
  type LiveEntry,
  type Manifest,
  type SessionEntry,
  serverOn,
  type ServerIdentity,
} from '../manifest.ts';
import type { Observation } from '../observation.ts';
import { type Origin, record } from './record.ts';
import { retained } from './retention.ts';
import { isBackAs, isSameServer } from './same-session.ts';
import { furtherSocketsOf, observationOn, sessionsOnAll } from '../servers.ts';

/**
 * Works out a user's next manifest, with the servers on all sockets. Each server's sessions are compared with that
 * server alone. A session that is gone from one server and runs on another one is not lost.
 */
export function recordServers(
  previous: Manifest | null,
  observation: Observation,
  evidence: Evidence,
  now: string,
  origin: Origin,
): Manifest | null {
  if (observation.kind === 'unknown') return previous;
  const looked = observation.beside === undefined ? [] : observation.beside.managed.map(({ socket }) => socket);
  const known = furtherSocketsOf(previous);
  if (looked.length === 0 && known.length === 0) return record(previous, observation, evidence, now, origin);

  const sockets = [null, ...looked];
  const livesOn = sockets.filter((socket) => isSameServer(identityOn(previous, socket), seenOn(observation, socket)));
  const parts = sockets.map((socket) => {
    const place = {
      socket,
      runningElsewhere: runningBeside(observation, socket),
      otherLivesOn: livesOn.some((other) => other !== socket),
    };
    const own = socket === null ? evidence : { ...evidence, serverEnd: evidence.furtherEnds?.get(socket) ?? null };
    return record(partOf(previous, socket), observationOn(observation, socket), own, now, origin, place);
  });
  const [main] = parts;
  if (main === undefined || main === null) return previous;
  const unlooked = new Set(known.filter((socket) => !looked.includes(socket)));
  const left = (previous?.sessions ?? []).filter(({ socket }) => socket !== null && unlooked.has(socket));
  const isLimited = observation.beside === undefined;
  const entries = withoutMoved(
    parts.flatMap((part) => part?.sessions ?? []),
    { previous, observation, evidence },
  );
  return {
    ...main,
    furtherServers: [
      ...looked.flatMap((socket) => {
        const server = seenOn(observation, socket);
        return server === null ? [] : [{ socket, ...server }];
      }),
      ...(isLimited ? (previous?.furtherServers ?? []) : []),
    ],
    sessions: retained([...entries, ...(isLimited ? left : left.map((entry) => unmanaged(entry, now)))], now),
  };
}

function partOf(previous: Manifest | null, socket: string | null): Manifest | null {
  if (previous === null) return null;
  return {
    ...previous,
    server: serverOn(previous, socket),
    furtherServers: [],
    sessions: previous.sessions.filter((entry) => entry.socket === socket),
  };
}

function identityOn(previous: Manifest | null, socket: string | null): ServerIdentity | null {
  return previous === null ? null : serverOn(previous, socket);
}

function seenOn(observation: Observation, socket: string | null): ServerIdentity | null {
  const server = observationOn(observation, socket);
  return server.kind === 'observed' ? server.server : null;
}

function runningBeside(observation: Observation, socket: string | null): readonly Conversation[] {
  return sessionsOnAll(observation).flatMap((one) => (one.socket === socket ? [] : conversationsOf(one.session)));
}

interface Situation {
  readonly previous: Manifest | null;
  readonly observation: Observation;
  readonly evidence: Evidence;
}

/** Drops lost sessions that run on another server now, which adopts their ended conversations. */
function withoutMoved(entries: readonly SessionEntry[], situation: Situation): readonly SessionEntry[] {
  const running = sessionsOnAll(situation.observation).flatMap(({ session }) => conversationsOf(session));
  const lives = entries.filter((entry) => entry.state === 'live');
  const moved = new Map<LiveEntry, GoneEntry[]>();
  const kept = entries.filter((entry) => {
    if (entry.state === 'live') return true;
    const successor = lives.find((live) => hasMovedTo(entry, live, situation));
    if (successor !== undefined) moved.set(successor, [...(moved.get(successor) ?? []), entry]);
    return successor === undefined;
  });
  return kept.map((entry) =>
    entry.state === 'live'
      ? (moved.get(entry) ?? []).reduce((merged, lost) => adoptEndedConversations(lost, merged, running), entry)
      : entry,
  );
}

/** A session that ran on the other server all along is no successor, unless it holds the conversations of the lost one. */
function hasMovedTo(lost: GoneEntry, live: LiveEntry, { previous, observation, evidence }: Situation): boolean {
  if (lost.socket === live.socket || !isBackAs(lost, live, evidence.made)) return false;
  const isSameOne = isSameServer(identityOn(previous, live.socket), seenOn(observation, live.socket));
  const ranBefore = previous?.sessions.some(
    ({ state, socket, tmuxId }) => state === 'live' && socket === live.socket && tmuxId === live.tmuxId,
  );
  return !(isSameOne && ranBefore === true) || conversationsOf(lost).length > 0;
}

/** The roster stopped managing its server: it is left alone, and what ran there is remembered. */
function unmanaged(entry: SessionEntry, now: string): SessionEntry {
  return entry.state === 'gone' ? entry : { ...entry, state: 'gone', cause: 'forgotten', goneAt: now };
}
