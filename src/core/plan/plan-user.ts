import type { Action } from './action.ts';
import type { Candidate } from './candidate.ts';
import { type Claims, holderWords, type LaterHolder, laterHoldersAmong, startClaims } from './claims.ts';
import { comesBack, type Conversation, isSameConversation } from '../conversation.ts';
import {
  conversationsOf,
  directoryOf,
  panesOf,
  qualifiedName,
  type SessionFacts,
  shownPaneOf,
  type Window,
} from '../manifest.ts';
import type { Observation } from '../observation.ts';
import { planInPlace } from './plan-in-place.ts';
import { planLive } from './plan-live.ts';
import { comingWords, elsewhereWords, reasonToCreate, reasonToHold } from './plan-reasons.ts';
import { withLinks, withOwner } from './plan-shared-windows.ts';
import { comesBackByItself, type RosterUser, takesName } from '../roster.ts';
import { isLoss, type Selection } from './selection.ts';
import { managesSocket, placeOf, sessionsOnAll } from '../servers.ts';
import { compareNames, compareText } from '../text.ts';

export interface UserSituation {
  readonly rosterUser: RosterUser;
  readonly hasAccount: boolean;
  readonly observation: Observation;
  readonly candidates: readonly Candidate[];
  readonly selection: Selection;
  /**
   * Renders the time at which a session was last seen as HHMM, for the name of a session created beside its namesake.
   */
  readonly clockDigits: (time: string) => string;
}

/** Decides about each session of one user; deterministic. Returns no actions when the user could not be observed. */
export function planUser(situation: UserSituation): readonly Action[] {
  const { observation } = situation;
  if (observation.kind === 'unknown') return [];
  const claimsOn = startClaims(situation.candidates.map((candidate) => candidate.session.name));
  const observed = sessionsOnAll(observation);
  for (const { socket, session } of observed.toSorted((a, b) => compareText(a.session.name, b.session.name))) {
    claimsOn(socket).claim({ name: session.name, socket, isLive: true }, conversationsOf(session));
  }
  const laterHolder = laterHoldersAmong(situation.candidates);
  const decided = new Map<Candidate, readonly Action[]>();
  for (const candidate of situation.candidates.toSorted(byClaim)) {
    const place = candidate.state === 'live' ? candidate.session.socket : placeOf(candidate.session, observation);
    decided.set(candidate, decide(candidate, { ...situation, place, claims: claimsOn(place), laterHolder }));
  }
  const actions = situation.candidates.flatMap((candidate) => decided.get(candidate) ?? []);
  const owned = actions.map((action) =>
    withOwner(action, actions, claimsOn(placeOf(action.candidate.session, observation))),
  );
  return owned.map((action) => withLinks(action, owned)).toSorted(byName);
}

interface Deciding extends UserSituation {
  /** The socket of the server that the session runs on, or comes back to. */
  readonly place: string | null;
  readonly claims: Claims;
  readonly laterHolder: LaterHolder;
}

function decide(candidate: Candidate, situation: Deciding): readonly Action[] {
  const { session } = candidate;
  const { place, claims, laterHolder } = situation;
  const facts = { candidate, cwd: directoryOf(session), conversation: shownConversationOf(candidate) };
  const selector = selectorFor(candidate, situation.candidates, laterHolder);
  const hold = (reason: string, named: string | null): readonly Action[] => [
    { ...facts, action: 'hold', reason, selector: named },
  ];
  if (!situation.hasAccount) return hold('its user has no account on this host', null);
  if (session.socket !== null && situation.observation.beside === undefined) {
    return hold(`this run does not look at its socket ${session.socket}`, null);
  }
  const barrier = barrierOf(session, situation.rosterUser);
  if (candidate.state === 'live') return planLive(facts, { ...situation, isBarred: barrier !== null, claims });
  if (barrier !== null) return hold(barrier, null);

  const wanted = wantedConversations(candidate);
  const startable = wanted.filter(
    (one) => claims.holderOf(one) === null && (candidate.selected || laterHolder(one, candidate) === null),
  );
  const [first] = startable;
  if (wanted.length > 0 && first === undefined) {
    const [holder] = wanted.flatMap((one) => claims.holderOf(one) ?? []);
    if (holder !== undefined)
      return hold(
        `its conversation ${holder.isLive ? 'is live' : comingWords(situation.selection)} in ${holderWords(holder)}`,
        null,
      );
    const [later] = wanted.flatMap((one) => laterHolder(one, candidate) ?? []);
    return hold(`its conversation was last in ${holderWords((later ?? candidate).session)}`, selector);
  }

  const elsewhere = place === session.socket ? '' : `; ${elsewhereWords(session.socket)}`;
  const comes = isWanted(candidate, situation);
  const windows = startingOnly(session.windows, startable);
  if (claims.isTaken(session.name)) {
    const resuming = planInPlace(facts, startable, { ...situation, claims });
    if (resuming.length > 0) return resuming;
    // A session that does not come back by itself is a conflict only if it has a conversation that its user may miss.
    if (first === undefined && !comes) return hold(reasonToHold(candidate, situation.selection), selector);
    const named = selector ?? first?.id ?? null;
    const acts = candidate.selected || (comes && (situation.selection.all || situation.selection.besideConflicts));
    if (named === null && !acts) return hold('another session has its name', null);
    const as = claims.freeName(session.name, situation.clockDigits(session.lastSeenAt));
    if (acts) claims.claim({ name: as, socket: place, isLive: false }, startable);
    return [
      {
        ...facts,
        action: 'conflict',
        as,
        joins: session.sharesWindowsOf,
        windows,
        links: [],
        acts,
        selector: named ?? session.name,
        reason: `${takenWords(session.name, first !== undefined, { ...situation, place })}${elsewhere}`,
      },
    ];
  }
  if (!comes) return hold(reasonToHold(candidate, situation.selection), selector);
  claims.claim({ name: session.name, socket: place, isLive: false }, startable);
  const { name: as, sharesWindowsOf: joins } = session;
  const reason = `${reasonToCreate(candidate, situation.selection)}${elsewhere}`;
  return [{ ...facts, action: 'create', as, joins, windows, links: [], reason }];
}

/** Who has its name: a session that runs, or one that the plan creates. */
function takenWords(name: string, hasConversation: boolean, { observation, selection, place }: Deciding): string {
  const isLive = sessionsOnAll(observation).some(({ socket, session }) => socket === place && session.name === name);
  if (!isLive) return `another session of its name ${comingWords(selection)}`;
  return hasConversation ? 'its name is live without its conversation' : 'another session has its name';
}

/** What the roster forbids, whatever the user selected. */
function barrierOf({ name, socket }: SessionFacts, { parked, mistake, policy }: RosterUser): string | null {
  if (mistake !== null) return `the roster has a mistake: ${mistake}`;
  if (parked) return 'its user is parked';
  if (!managesSocket(policy, socket)) return `the roster does not manage its socket ${socket ?? ''}`;
  if (!takesName(policy, name)) return 'the roster excludes its name';
  return null;
}

function isWanted(candidate: Candidate, { selection, rosterUser }: UserSituation): boolean {
  if (candidate.selected) return true;
  if (selection.sessions.length > 0) return false;
  const { cause } = candidate;
  if (cause === null || cause === 'forgotten') return false;
  if (selection.only !== null && !selection.only.some((one) => one.user === rosterUser.name && isLoss(candidate, one)))
    return false;
  return selection.all || selection.include.includes(cause) || comesBackByItself(cause, rosterUser.policy);
}

function wantedConversations({ session, selectedConversations }: Candidate): readonly Conversation[] {
  const wanted = panesOf(session).flatMap(({ conversation }) => {
    if (conversation === null) return [];
    return comesBack(conversation) || selectedConversations.includes(conversation.id) ? [conversation] : [];
  });
  return wanted.filter((one, at) => wanted.findIndex((other) => isSameConversation(one, other)) === at);
}

/** Turns a pane into a shell if it would start a conversation a second time. One conversation belongs to one pane. */
function startingOnly(windows: readonly Window[], startable: readonly Conversation[]): readonly Window[] {
  const unstarted = [...startable];
  return windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => {
      const at = unstarted.findIndex((one) => pane.conversation !== null && isSameConversation(one, pane.conversation));
      const [conversation] = at < 0 ? [] : unstarted.splice(at, 1);
      return { ...pane, conversation: conversation ?? null };
    }),
  }));
}

/** The conversation that the line shows: the one in the shown pane, else the first that would start. */
function shownConversationOf(candidate: Candidate): Conversation | null {
  const wanted = wantedConversations(candidate);
  const shown = shownPaneOf(candidate.session)?.conversation ?? null;
  return wanted.find((one) => shown !== null && isSameConversation(one, shown)) ?? wanted[0] ?? null;
}

/**
 * The name; when several lost sessions share it, the id of a conversation that was in this one last. null when neither
 * is unique.
 */
function selectorFor(candidate: Candidate, all: readonly Candidate[], laterHolder: LaterHolder): string | null {
  const { name, socket } = candidate.session;
  const namesakes = all.filter((other) => other.session.name === name && other.state === 'gone');
  if (namesakes.length < 2) return name;
  if (namesakes.filter((other) => other.session.socket === socket).length < 2) return qualifiedName(candidate.session);
  return wantedConversations(candidate).find((one) => laterHolder(one, candidate) === null)?.id ?? null;
}

/**
 * The order of choice when two sessions want one name or conversation: selected ones, then those with a conversation,
 * then the later one.
 */
function byClaim(a: Candidate, b: Candidate): number {
  return (
    Number(b.selected) - Number(a.selected) ||
    Number(conversationsOf(b.session).length > 0) - Number(conversationsOf(a.session).length > 0) ||
    compareText(b.session.lastSeenAt, a.session.lastSeenAt) ||
    compareText(a.session.name, b.session.name)
  );
}

function byName(a: Action, b: Action): number {
  const [left, right] = [a.candidate, b.candidate];
  return (
    compareNames(left.session.name, right.session.name) ||
    compareText(right.state, left.state) ||
    compareText(right.session.lastSeenAt, left.session.lastSeenAt)
  );
}
