import { type Conversation, type ConversationEnd, isSameConversation } from '../conversation.ts';
import {
  type GonePane,
  type LiveEntry,
  type Manifest,
  type Pane,
  panesOf,
  recordedPanesOf,
  type SessionFacts,
  type Window,
} from '../manifest.ts';

interface CarryRule {
  /** All conversations that run now, in any session. None of these has ended. */
  readonly running: readonly Conversation[];
  /** How a conversation ended that ran in this pane at the last look and runs no more. */
  readonly endingOf: (pane: Pane | null) => ConversationEnd;
  /** All panes that the server had at the last look, because a pane may have moved here from another session. */
  readonly earlier: readonly Pane[];
  /** tmux's `%N` of all panes that the server has now. */
  readonly present: ReadonlySet<string>;
}

/** What an agent's hook tells about the panes of a session whose programs have ended. */
interface DeadPanes {
  /** tmux's `%N`. */
  readonly panes: readonly string[];
  /** The conversation that the session held last; null when no hook has noted one. */
  readonly stamped: Conversation | null;
}

/**
 * Keeps ended conversations of a server that still runs, so that a user can resume them: in their pane, or in a new
 * window when the pane is gone.
 */
export function carryEndedConversations(
  before: SessionFacts | null,
  after: LiveEntry,
  dead: DeadPanes,
  rule: CarryRule,
): LiveEntry {
  const carried = withPanes(after, (pane) => {
    if (pane.conversation !== null) return pane;
    const counterpart = rule.earlier.find((one) => one.tmuxId !== null && one.tmuxId === pane.tmuxId);
    const conversation = endedIn(counterpart, rule);
    return conversation === null ? pane : { ...pane, conversation, agent: counterpart?.agent ?? null };
  });
  const stamped = withStamped(carried, dead, rule);
  return before === null ? stamped : { ...stamped, gonePanes: gonePanesOf(before, stamped, rule) };
}

/** The limit for one session. A user who opens a new shell for each agent makes many in a day. */
const maxGonePanes = 20;

function gonePanesOf(before: SessionFacts, after: LiveEntry, rule: CarryRule): readonly GonePane[] {
  const held = panesOf(after).flatMap(({ conversation }) => conversation ?? []);
  const now = new Map(panesOf(after).map((pane) => [pane.tmuxId, pane]));
  const lost = before.windows.flatMap((window) =>
    window.panes.filter((pane) => hasLostPane(pane, now.get(pane.tmuxId), rule)).map((pane) => gone(pane, window)),
  );
  const kept: GonePane[] = [];
  for (const pane of [...lost, ...before.gonePanes]) {
    const conversation = endedIn(pane, rule);
    if (conversation === null || held.some((one) => isSameConversation(one, conversation))) continue;
    held.push(conversation);
    kept.push({ ...pane, active: false, conversation });
  }
  return kept.slice(0, maxGonePanes);
}

/**
 * Whether the pane is gone, or another agent runs in it. A cleared conversation continues under another id in the same
 * process, so it does not count.
 */
function hasLostPane(before: Pane, after: Pane | undefined, { present }: CarryRule): boolean {
  if (before.tmuxId === null) return false;
  if (after === undefined) return !present.has(before.tmuxId);
  const isTaken = after.conversation !== null && after.conversation.id !== before.conversation?.id;
  return isTaken && after.agent?.process?.pid !== before.agent?.process?.pid;
}

function gone(pane: Pane, { automaticName, name }: Window): GonePane {
  return { ...pane, windowName: automaticName ? null : name };
}

/** An earlier run may have found it ended before a log told that its agent was killed. */
function endedIn(before: Pane | undefined, { running, endingOf }: CarryRule): Conversation | null {
  const conversation = before?.conversation ?? null;
  if (before === undefined || conversation === null) return null;
  if (running.some((one) => isSameConversation(one, conversation))) return null;
  const { ended } = conversation;
  if (ended === null) return { ...conversation, ended: endingOf(before) };
  const { killer } = endingOf(before);
  const isNews = killer !== undefined && ended.killer === undefined && ended.failedToStart !== true;
  return isNews ? { ...conversation, ended: { ...ended, killed: true, killer } } : conversation;
}

/** A stamp belongs to a session, so it identifies a dead pane only when the session has exactly one. */
function withStamped(after: LiveEntry, { panes, stamped }: DeadPanes, { running, endingOf }: CarryRule): LiveEntry {
  const [dead, ...others] = panesOf(after).filter(({ tmuxId }) => tmuxId !== null && panes.includes(tmuxId));
  if (dead === undefined || others.length > 0 || dead.conversation !== null || stamped === null) return after;
  const known = [...running, ...panesOf(after).flatMap(({ conversation }) => conversation ?? [])];
  if (known.some((one) => isSameConversation(one, stamped))) return after;
  return withPanes(after, (pane) =>
    pane === dead ? { ...pane, conversation: { ...stamped, ended: endingOf(null) } } : pane,
  );
}

function withPanes<Facts extends SessionFacts>(session: Facts, change: (pane: Pane) => Pane): Facts {
  const windows = session.windows.map((window) => ({ ...window, panes: window.panes.map(change) }));
  return { ...session, windows };
}

/**
 * Copies the ended conversations of a lost session into the session that replaces it. Each goes to the pane at the same
 * place if that is idle, else to any idle pane.
 *
 * Without this record, an older entry that lost the same conversation in a crash would bring it back.
 */
export function adoptEndedConversations(
  before: SessionFacts,
  after: LiveEntry,
  running: readonly Conversation[],
): LiveEntry {
  const known = [...running, ...recordedPanesOf(after).flatMap((pane) => pane.conversation ?? [])];
  const isKnown = ({ conversation }: Pane): boolean =>
    conversation === null || known.some((one) => isSameConversation(one, conversation));
  const ended = endedPlaces(before).filter(({ pane }) => !isKnown(pane));
  const inPlace = settle(after, ended, (place, window, pane) => place.window === window && place.pane.index === pane);
  const { entry, unsettled } = settle(inPlace.entry, inPlace.unsettled, () => true);
  const without = unsettled.map(({ pane }): GonePane => ({ ...pane, active: false, windowName: null }));
  const gonePanes = [...entry.gonePanes, ...without, ...before.gonePanes.filter((pane) => !isKnown(pane))];
  return { ...entry, gonePanes };
}

interface Place {
  readonly window: number;
  readonly pane: Pane;
}

function endedPlaces({ windows }: SessionFacts): readonly Place[] {
  return windows.flatMap((window) =>
    window.panes.flatMap((pane) => (pane.conversation?.ended ? [{ window: window.index, pane }] : [])),
  );
}

function settle(
  after: LiveEntry,
  ended: readonly Place[],
  fits: (place: Place, window: number, pane: number) => boolean,
): { readonly entry: LiveEntry; readonly unsettled: readonly Place[] } {
  const unsettled = [...ended];
  const windows = after.windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => {
      if (pane.conversation !== null || pane.agent !== null) return pane;
      const at = unsettled.findIndex((place) => fits(place, window.index, pane.index));
      const [place] = at < 0 ? [] : unsettled.splice(at, 1);
      return place === undefined ? pane : { ...pane, conversation: place.pane.conversation, agent: place.pane.agent };
    }),
  }));
  return { entry: { ...after, windows }, unsettled };
}

/** A conversation that was tried and did not come back. */
export interface LostConversation {
  readonly conversation: Conversation;
  /** Whether its agent ran, and ended at once. */
  readonly hasStarted: boolean;
}

/**
 * Marks the given conversations as ended in every gone entry, because an apply tried them and they did not come back.
 * Their ids stay, so that a user can still ask for each one. No later run tries them by itself.
 */
export function markEnded(manifest: Manifest, lost: readonly LostConversation[], at: string): Manifest {
  if (lost.length === 0) return manifest;
  const endOf = (one: Conversation | null): ConversationEnd | null => {
    const found = one === null ? undefined : lost.find(({ conversation }) => isSameConversation(one, conversation));
    if (found === undefined) return null;
    return found.hasStarted ? { at, killed: false } : { at, killed: false, failedToStart: true };
  };
  const mark = (pane: Pane): Pane => {
    const ended = endOf(pane.conversation);
    const isLost = pane.conversation !== null && ended !== null;
    return isLost ? { ...pane, conversation: { ...pane.conversation, ended } } : pane;
  };
  const sessions = manifest.sessions.map((entry) => (entry.state === 'live' ? entry : withPanes(entry, mark)));
  return { ...manifest, sessions };
}

/** Gives each gone pane whose conversation the user wants a new window, after the windows that the session has. */
export function withWindowsForGonePanes<Facts extends SessionFacts>(
  session: Facts,
  isWanted: (conversation: Conversation) => boolean,
): Facts {
  if (session.sharesWindowsOf !== null) return session;
  const wanted = session.gonePanes.filter(({ conversation }) => conversation !== null && isWanted(conversation));
  const next = Math.max(-1, ...session.windows.map(({ index }) => index)) + 1;
  return {
    ...session,
    windows: [...session.windows, ...wanted.map((pane, at) => windowFor(pane, next + at))],
    gonePanes: session.gonePanes.filter((pane) => !wanted.includes(pane)),
  };
}

function windowFor({ windowName, ...pane }: GonePane, index: number): Window {
  return {
    index,
    name: windowName ?? pane.command,
    automaticName: windowName === null,
    active: false,
    last: false,
    zoomed: false,
    layout: null,
    options: [],
    panes: [{ ...pane, index: 0, active: true }],
  };
}
