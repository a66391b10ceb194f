import type { ProcessIdentity } from '../conversation.ts';
import type { Killer, ProcessKill, ServerEnding } from '../endings.ts';
import type { Evidence } from './evidence.ts';
import {
  type Cause,
  type GoneEntry,
  type Manifest,
  type Pane,
  panesOf,
  type ServerIdentity,
  serverOn,
} from '../manifest.ts';
import type { Observation } from '../observation.ts';
import { isSameServer } from './same-session.ts';
import { observationOn, sessionsOnAll } from '../servers.ts';

/** Why a session is gone, and who killed it, if somebody did. */
export type Loss = Pick<GoneEntry, 'cause' | 'killer'>;

export interface LossSituation {
  readonly previous: Manifest | null;
  /** The socket of the server that the sessions ran on; null for the default one. */
  readonly socket: string | null;
  /** Whether the host has booted since the previous record. */
  readonly booted: boolean;
  readonly sameServer: boolean;
  /** How many sessions have vanished from this server since the previous record. */
  readonly lossCount: number;
}

/** Why the sessions of one server have vanished since the previous record, as far as it concerns all of them. */
export function lossOfAll(
  situation: LossSituation,
  observation: Exclude<Observation, { kind: 'unknown' }>,
  evidence: Evidence,
): Loss {
  const { previous, booted, sameServer, lossCount } = situation;
  if (previous === null) return because('closed');
  if (booted) return because('reboot');
  // tmux leaves its socket file at both kinds of end (3.1c to 3.8). So a stale socket means a violent end only if no
  // other evidence exists.
  if (observation.kind === 'absent') return lossOfServer(situation, evidence, observation.socket === 'stale');
  // A server without sessions does not tell its identity. That does not make it a different server.
  if (!sameServer && observation.server !== null) return lossOfServer(situation, evidence, lossCount >= 2);
  return because(evidence.oomKilled ? 'killed' : 'closed');
}

/**
 * Why one session is gone. A kill of one of its own processes says more than what happened to its server, unless the
 * session was seen alive long after it.
 */
export function lossOfOne(
  entry: { readonly windows: GoneEntry['windows'] },
  ofAll: Loss,
  evidence: Evidence,
  lastSeenAt: string,
): Loss {
  if (ofAll.cause === 'reboot') return ofAll;
  const processes = panesOf(entry).flatMap(({ process, agent }) => [process, agent?.process ?? null]);
  const kill = killAmong(
    processes.flatMap((one) => one ?? []),
    evidence.kills.filter((one) => !isOutlived(one, lastSeenAt)),
  );
  return kill === null ? ofAll : { cause: 'killed', killer: kill.killer };
}

/**
 * A pane outlives its agent by a moment, in which a look may find the agent killed already. tmux 3.3a also lists a pane
 * for a while whose process was killed, until the next one ends.
 */
const outlivesByMs = 30_000;

/** Whether a session was seen alive long after a kill, which therefore did not end it. */
function isOutlived({ at }: ProcessKill, lastSeenAt: string): boolean {
  return Date.parse(lastSeenAt) - Date.parse(at) > outlivesByMs;
}

/**
 * The loss of a recorded session, by what is known now. Another run may have recorded it before the watch or a log told
 * what happened.
 */
export function correctedLoss(entry: GoneEntry, { kills, serverEndings }: Evidence): Loss {
  if (entry.killer !== null || entry.cause === 'reboot' || entry.cause === 'forgotten') return entry;
  const kill = killAmong(
    panesOf(entry).flatMap(livingProcesses),
    kills.filter((one) => !isOutlived(one, entry.lastSeenAt) && (one.startTime !== null || isAround(one.at, entry))),
  );
  if (kill !== null) return { cause: 'killed', killer: kill.killer };
  if (entry.cause !== 'server-died' && entry.cause !== 'server-stopped') return entry;
  // A later server on the same socket may have ended soon after. It ended later, and did not run yet when the session
  // was last seen; but a server tells its start in whole seconds only.
  const ending = serverEndings.find(
    ({ socket, at, server }) =>
      socket === entry.socket && isAround(at, entry) && server.startTime * 1000 <= Date.parse(entry.lastSeenAt),
  );
  return ending === undefined ? entry : lossByEnding(ending, kills);
}

/** Who killed the agent of a pane that ran until now; null when nobody did, or when nothing tells. */
export function killerOfAgent({ agent }: Pane, { kills }: Pick<Evidence, 'kills'>): Killer | null {
  const process = agent?.process ?? null;
  return process === null ? null : (killAmong([process], kills)?.killer ?? null);
}

/** The processes of a recorded pane that lived at that time: its own, and its agent. */
export function livingProcesses({ process, agent, conversation }: Pane): readonly ProcessIdentity[] {
  const hasEnded = conversation !== null && conversation.ended !== null;
  return [process, hasEnded ? null : (agent?.process ?? null)].flatMap((one) => one ?? []);
}

/** What ran according to the record, and is not seen any more. Its pids may belong to others by now. */
export function lostProcesses(previous: Manifest | null, observation: Observation): readonly LostProcess[] {
  if (previous === null || observation.kind === 'unknown') return [];
  const sessions = sessionsOnAll(observation).map(({ session }) => session);
  const seen = new Set(sessions.flatMap((session) => panesOf(session).flatMap(identitiesIn)));
  // A pane that stays when its program has ended is no loss, look after look.
  const dead = new Set(sessions.flatMap(({ deadPanes }) => deadPanes));
  const lost = previous.sessions
    .filter(({ state }) => state === 'live')
    .flatMap((entry) => panesOf(entry).map((pane) => (dead.has(pane.tmuxId ?? '') ? { ...pane, process: null } : pane)))
    .flatMap(livingProcesses)
    .filter((one) => !seen.has(identityText(one)));
  const sockets = [null, ...previous.furtherServers.map(({ socket }) => socket)];
  const servers = sockets.flatMap((socket) => {
    const server = serverOn(previous, socket);
    const now = observationOn(observation, socket);
    const isGone = server !== null && !isSameServer(server, now.kind === 'observed' ? now.server : null);
    return isGone ? [{ pid: server.pid, startTime: null }] : [];
  });
  return [...lost, ...servers];
}

/** The start time of a server is not known in clock ticks. */
export interface LostProcess {
  readonly pid: number;
  readonly startTime: string | null;
}

function identitiesIn(pane: Pane): readonly string[] {
  return livingProcesses(pane).map(identityText);
}

function identityText({ pid, startTime }: ProcessIdentity): string {
  return `${pid} ${startTime}`;
}

function lossOfServer({ previous, socket }: LossSituation, evidence: Evidence, looksViolent: boolean): Loss {
  const server = previous?.server ?? null;
  const seen = evidence.serverEndings.findLast(
    (ending) => ending.socket === socket && isSameServer(ending.server, server),
  );
  if (seen !== undefined) return lossByEnding(seen, evidence.kills);
  const kill = server === null ? null : killOfServer(server, evidence.kills);
  if (kill !== null) return { cause: 'server-died', killer: kill.killer };
  // When the kernel kills the process of the last pane, the server itself ends in an orderly way.
  const known = evidence.serverEnd === 'orderly' && evidence.oomKilled ? null : evidence.serverEnd;
  const violent = known === null ? looksViolent : known === 'violent';
  return because(violent ? 'server-died' : 'server-stopped');
}

/** A server ends in an orderly way, too, when a daemon asks it to with SIGTERM. */
function lossByEnding({ server, end }: ServerEnding, kills: readonly ProcessKill[]): Loss {
  const kill = killOfServer(server, kills);
  if (kill !== null) return { cause: 'server-died', killer: kill.killer };
  return because(end === 'violent' ? 'server-died' : 'server-stopped');
}

/** A server tells its start in seconds of the clock, and a log tells no start at all. */
function killOfServer({ pid, startTime }: ServerIdentity, kills: readonly ProcessKill[]): ProcessKill | null {
  return kills.findLast((kill) => kill.pid === pid && Date.parse(kill.at) >= startTime * 1000) ?? null;
}

function killAmong(processes: readonly ProcessIdentity[], kills: readonly ProcessKill[]): ProcessKill | null {
  const isKilled = (kill: ProcessKill): boolean =>
    processes.some(
      ({ pid, startTime }) => pid === kill.pid && (kill.startTime === null || kill.startTime === startTime),
    );
  return kills.findLast(isKilled) ?? null;
}

/** A run that was just under way may have recorded the loss before its evidence. */
const recordedBeforeMs = 5_000;

/** Whether something happened between the last sight of a session and the look that found it gone. */
function isAround(at: string, { lastSeenAt, goneAt }: Pick<GoneEntry, 'lastSeenAt' | 'goneAt'>): boolean {
  const [atMs, fromMs, toMs] = [at, lastSeenAt, goneAt].map((time) => Date.parse(time));
  if (atMs === undefined || fromMs === undefined || toMs === undefined) return false;
  return atMs >= fromMs && atMs <= toMs + recordedBeforeMs;
}

function because(cause: Cause): Loss {
  return { cause, killer: null };
}
