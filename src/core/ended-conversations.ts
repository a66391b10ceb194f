import { type Conversation, type ConversationEnd, isSameConversation } from './conversation.ts';
import { type GonePane, type LiveEntry, type Pane, panesOf, type SessionFacts, type Window } from './manifest.ts';

interface CarryRule {
  /** Conversations that run now, anywhere: one of these has not ended. */
  readonly running: readonly Conversation[];
  /** How a conversation that still ran before is to be marked. */
  readonly ending: ConversationEnd;
  /** All panes that the server had at the last look: a pane may have moved here from another session. */
  readonly earlier: readonly Pane[];
  /** tmux's `%N` of all panes that the server has now. */
  readonly present: ReadonlySet<string>;
}

/** What a hook of the agent tells about the panes of a session whose programs have ended. */
export interface DeadPanes {
  /** tmux's `%N`. */
  readonly panes: readonly string[];
  /** The conversation that the session held last; null when nothing tells. */
  readonly stamped: Conversation | null;
}

/** Keeps what ended on the same server, so that it can be offered again: in its pane, or beside where that went with it. */
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

/** So many are kept of one session: a shell of its own for each agent makes many in a day. */
const maxGonePanes = 20;

function gonePanesOf(before: SessionFacts, after: LiveEntry, rule: CarryRule): readonly GonePane[] {
  const held = panesOf(after).flatMap(({ conversation }) => conversation ?? []);
  const now = new Map(panesOf(after).map((pane) => [pane.tmuxId, pane]));
  const lost = before.windows.flatMap((window) =>
    window.panes.filter((pane) => isLost(pane, now.get(pane.tmuxId), rule)).map((pane) => gone(pane, window)),
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

/** Its pane is gone, or another agent has taken it. One that was cleared goes on under another id, in the same process. */
function isLost(before: Pane, after: Pane | undefined, { present }: CarryRule): boolean {
  if (before.tmuxId === null) return false;
  if (after === undefined) return !present.has(before.tmuxId);
  const isTaken = after.conversation !== null && after.conversation.id !== before.conversation?.id;
  return isTaken && after.agent?.process?.pid !== before.agent?.process?.pid;
}

function gone(pane: Pane, { automaticName, name }: Window): GonePane {
  return { ...pane, windowName: automaticName ? null : name };
}

function endedIn(before: Pane | undefined, { running, ending }: CarryRule): Conversation | null {
  const conversation = before?.conversation ?? null;
  if (conversation === null || running.some((one) => isSameConversation(one, conversation))) return null;
  return conversation.ended === null ? { ...conversation, ended: ending } : conversation;
}

/** A stamp is about a session, so it tells of a dead pane only where there is but one. */
function withStamped(after: LiveEntry, { panes, stamped }: DeadPanes, { running, ending }: CarryRule): LiveEntry {
  const [dead, ...others] = panesOf(after).filter(({ tmuxId }) => tmuxId !== null && panes.includes(tmuxId));
  if (dead === undefined || others.length > 0 || dead.conversation !== null || stamped === null) return after;
  const known = [...running, ...panesOf(after).flatMap(({ conversation }) => conversation ?? [])];
  if (known.some((one) => isSameConversation(one, stamped))) return after;
  return withPanes(after, (pane) => (pane === dead ? { ...pane, conversation: { ...stamped, ended: ending } } : pane));
}

function withPanes(entry: LiveEntry, change: (pane: Pane) => Pane): LiveEntry {
  return { ...entry, windows: entry.windows.map((window) => ({ ...window, panes: window.panes.map(change) })) };
}
