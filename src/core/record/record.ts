import { isSameBoot, nextBoot } from '../boot.ts';
import { comesBack, isSameConversation, type Conversation, type ConversationEnd } from '../conversation.ts';
import { adoptEndedConversations, carryEndedConversations, withWindowsForGonePanes } from './ended-conversations.ts';
import type { Evidence } from './evidence.ts';
import { killerOfAgent, correctedLoss, type Loss, lossOfAll, lossOfOne } from './loss.ts';
import {
  conversationsOf,
  type GoneEntry,
  type LiveEntry,
  type Manifest,
  type Pane,
  panesOf,
  type SessionEntry,
  type SessionFacts,
  type Window,
} from '../manifest.ts';
import type { Observation, ObservedSession, ObservedWindow } from '../observation.ts';
import { retained } from './retention.ts';
import { isBackAs, isSameServer } from './same-session.ts';
import { noSettings } from '../settings.ts';

export interface Origin {
  readonly user: string;
  readonly uid: number;
  readonly host: string;
}

/** The socket of a server, and what the user's other servers tell. */
export interface ServerPlace {
  readonly socket: string | null;
  /** The conversations that run on the other servers. */
  readonly runningElsewhere: readonly Conversation[];
  /** Whether another server has lived since the previous record, so that no boot happened. */
  readonly otherLivesOn: boolean;
}

const onlyServer: ServerPlace = { socket: null, runningElsewhere: [], otherLivesOn: false };

/**
 * Works out the next manifest of one server's sessions from the previous one and the latest observation.
 *
 * A live session that is missing now becomes `gone` with a cause. Only retention drops entries. `unknown` changes
 * nothing. `now` is ISO 8601 in UTC.
 */
export function record(
  previous: Manifest | null,
  observation: Observation,
  evidence: Evidence,
  now: string,
  origin: Origin,
  { socket, runningElsewhere, otherLivesOn }: ServerPlace = onlyServer,
): Manifest | null {
  if (observation.kind === 'unknown') return previous;
  const observed = observation.kind === 'observed' ? observation.sessions : [];
  const server = observation.kind === 'observed' ? observation.server : null;
  const known = previous?.sessions ?? [];
  const sameServer = isSameServer(previous?.server ?? null, server);
  // No server survives a boot. So the same server proves that there was no boot, even if the boot ids differ.
  const booted = previous !== null && !sameServer && !otherLivesOn && !isSameBoot(previous, evidence);

  const continued = new Map<ObservedSession, SessionEntry>();
  const left: SessionEntry[] = [];
  for (const entry of known) {
    const successor = sameServer ? sameSession(entry, observed) : undefined;
    if (successor === undefined) left.push(entry);
    else continued.set(successor, entry);
  }

  const managed = observed.filter((session) => session.managed);
  const running = [...observed.flatMap(conversationsOf), ...runningElsewhere];
  const endingOf = (pane: Pane | null): ConversationEnd => conversationEnd(pane, evidence, now);
  const earlier = sameServer ? known.flatMap((entry) => (entry.state === 'live' ? panesOf(entry) : [])) : [];
  const present = new Set(observed.flatMap(panesOf).flatMap(({ tmuxId }) => tmuxId ?? []));
  const rule = { running, endingOf, earlier, present };
  const live = managed.map((session) =>
    carryEndedConversations(
      continued.get(session) ?? null,
      liveEntry(session, continued.get(session) ?? null, { socket, now }),
      { panes: session.deadPanes, stamped: session.stamped },
      rule,
    ),
  );
  const optedOut = [...continued].flatMap(([{ managed: kept, name }, entry]) => (kept ? [] : [{ ...entry, name }]));

  // A terminal reconnects at once. So a session of the same name on another server is new, and the old one has
  // vanished.
  const vanished = left.filter((entry) => entry.state === 'live');
  const situation = { previous, socket, booted, sameServer, lossCount: vanished.length };
  const lossOf = lossOfAll(situation, observation, evidence);
  const lastSeenAt = latest(previous?.takenAt, evidence.recentSaves[0]) ?? now;
  const gone = left.flatMap((entry): readonly GoneEntry[] => {
    if (live.some((candidate) => isBackAs(entry, candidate, evidence.made))) return [];
    if (entry.state === 'live') {
      return [goneEntry(entry, lossOfOne(entry, lossOf, evidence, lastSeenAt), lastSeenAt, now, running)];
    }
    return [
      booted ? withShutdownRecognised(entry, previous, evidence) : { ...entry, ...correctedLoss(entry, evidence) },
    ];
  });
  const optingOut = optedOut.map((entry) => goneEntry(entry, forgotten, now, now, running));

  return {
    ...origin,
    takenAt: now,
    ...nextBoot(previous === null || booted ? null : previous, evidence),
    server,
    furtherServers: [],
    configFiles: configFilesOf(previous, observation),
    sessions: retained(
      [...live.map((entry) => continuedFromName(entry, left, running, evidence)), ...gone, ...optingOut],
      now,
    ),
  };
}

/**
 * The end of a server removes nothing, because the files say how to start the next one. A server that does not tell its
 * identity may be the same.
 */
function configFilesOf(previous: Manifest | null, observation: Observation): Manifest['configFiles'] {
  const isKnown = observation.kind === 'observed' && observation.server !== null;
  return isKnown ? observation.configFiles : (previous?.configFiles ?? null);
}

/** Finds the same session by its `$N`, which it keeps through every rename on one server. */
function sameSession(entry: SessionEntry, observed: readonly ObservedSession[]): ObservedSession | undefined {
  if (entry.state !== 'live' || entry.tmuxId === null) return undefined;
  return observed.find((session) => session.tmuxId === entry.tmuxId);
}

const forgotten: Loss = { cause: 'forgotten', killer: null };

/** How the conversation in a pane ended; null for a pane of which nothing is known. */
function conversationEnd(pane: Pane | null, evidence: Evidence, at: string): ConversationEnd {
  const killer = pane === null ? null : killerOfAgent(pane, evidence);
  return killer === null ? { at, killed: evidence.oomKilled } : { at, killed: true, killer };
}

/** A shutdown stops servers in an orderly way. The following boot reveals the real cause. */
function withShutdownRecognised(entry: GoneEntry, previous: Manifest, evidence: Evidence): GoneEntry {
  const oldestTick = evidence.recentSaves[1] ?? evidence.recentSaves[0] ?? previous.takenAt;
  if (entry.cause !== 'server-stopped' || entry.goneAt < oldestTick) return entry;
  return { ...entry, cause: 'reboot' };
}

/** What this look did not read stays as it was recorded. */
function liveEntry(
  session: ObservedSession,
  before: SessionEntry | null,
  { socket, now }: { readonly socket: string | null; readonly now: string },
): LiveEntry {
  const { name, tmuxId, createdAt, path, sharesWindowsOf, sharedWindow, sharedLastWindow, links } = session;
  return {
    state: 'live',
    cause: null,
    goneAt: null,
    killer: null,
    name,
    socket,
    tmuxId,
    createdAt,
    lastSeenAt: now,
    path,
    sharesWindowsOf,
    sharedWindow,
    sharedLastWindow,
    windows: session.windows.map((window) => recordedWindow(window, session, before?.windows ?? [])),
    links,
    settings: session.settings ?? before?.settings ?? noSettings,
    gonePanes: [],
  };
}

function recordedWindow(window: ObservedWindow, { idlePanes }: ObservedSession, recorded: readonly Window[]): Window {
  const before = recorded.find(({ panes }) => panes.some((one) => window.panes.some((pane) => isSamePane(pane, one))));
  const panes = window.panes.map((pane) => {
    const earlier = before?.panes.find((one) => isSamePane(pane, one));
    const isSettled = earlier === undefined || idlePanes.includes(pane.tmuxId ?? '');
    // tmux may list a pane a while after its process has ended, and that process is what tells why the pane goes.
    const process = pane.process ?? earlier?.process ?? null;
    return { ...pane, process, title: isSettled ? pane.title : earlier.title };
  });
  return { ...window, options: window.options ?? before?.options ?? [], panes };
}

function isSamePane(one: Pane, other: Pane): boolean {
  return one.tmuxId !== null && one.tmuxId === other.tmuxId;
}

/** Keeps offering the ended conversations of a session that came back under its name. */
function continuedFromName(
  entry: LiveEntry,
  left: readonly SessionEntry[],
  running: readonly Conversation[],
  { made }: Evidence,
): LiveEntry {
  return left
    .filter((before) => isBackAs(before, entry, made))
    .reduce<LiveEntry>((merged, before) => adoptEndedConversations(before, merged, running), entry);
}

/** An agent that was killed together with its pane comes back with its session, unless its conversation runs elsewhere. */
function goneEntry(
  entry: SessionFacts,
  { cause, killer }: Loss,
  lastSeenAt: string,
  now: string,
  running: readonly Conversation[],
): GoneEntry {
  const isMissed = (one: Conversation): boolean =>
    comesBack(one) && !running.some((other) => isSameConversation(one, other));
  return { ...withWindowsForGonePanes(entry, isMissed), state: 'gone', cause, killer, goneAt: now, lastSeenAt };
}

function latest(...times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
}
