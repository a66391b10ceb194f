import type { EndedPane, LiveAction, ResumeAction, ResumeOffer } from './action.ts';
import type { Candidate } from './candidate.ts';
import type { Claims } from './claims.ts';
import { isSameConversation, type Conversation } from './conversation.ts';
import { panesOf } from './manifest.ts';
import type { Observation } from './observation.ts';
import type { Selection } from './selection.ts';

interface LiveFacts {
  readonly candidate: Candidate;
  readonly cwd: string;
  readonly conversation: Conversation | null;
}

interface LiveSituation {
  readonly observation: Observation;
  readonly candidates: readonly Candidate[];
  readonly selection: Selection;
  readonly claims: Claims;
  /** The roster keeps everything of it from being started. */
  readonly isBarred: boolean;
}

/** Decides about a live session: nothing is done, unless one names it, or a conversation that has ended in it. */
export function planLive(facts: LiveFacts, situation: LiveSituation): LiveAction | ResumeAction {
  const { candidate } = facts;
  const ended = situation.isBarred ? [] : endedPanes(candidate);
  const obstacles = ended.map((one) => obstacleTo(one, candidate, situation));
  const [first, ...others] = ended.filter((_, at) => obstacles[at] === null);
  if (first === undefined) {
    const obstacle = obstacles.find((one) => one !== null);
    const reason = obstacle === undefined ? 'it is running' : `it is running; ${obstacle}`;
    return { ...facts, action: 'live', reason, offer: null };
  }
  const { conversation } = first;
  const label = labelOf(conversation);
  if (!candidate.selected || situation.selection.sessions.length === 0) {
    const offer: ResumeOffer = { conversation, selector: selectorFor(conversation.id, situation.candidates) };
    const reason = `it is running; ${label} has ended in it, and is resumed when it is named`;
    return { ...facts, conversation: facts.conversation ?? conversation, action: 'live', reason, offer };
  }
  const panes = [first, ...others];
  situation.claims.claim(
    { name: candidate.session.name, isLive: false },
    panes.map((pane) => pane.conversation),
  );
  return { ...facts, conversation, action: 'resume', panes, reason: `${label} has ended in it; it was selected` };
}

/** Each conversation once, and only the one that was asked for by its id where that is how it was asked. */
function endedPanes({ session, selectedConversation }: Candidate): readonly EndedPane[] {
  const ended = panesOf(session).flatMap((pane): readonly EndedPane[] => {
    const { conversation, tmuxId: paneId } = pane;
    if (conversation === null || conversation.ended === null || paneId === null) return [];
    return selectedConversation === null || conversation.id === selectedConversation
      ? [{ pane, paneId, conversation }]
      : [];
  });
  return ended.filter(
    ({ conversation }, at) => ended.findIndex((other) => isSameConversation(conversation, other.conversation)) === at,
  );
}

/** Why a conversation is not to be resumed in its pane, in words; null when it can be. */
function obstacleTo(
  { conversation, paneId }: EndedPane,
  { session }: Candidate,
  { observation, claims }: LiveSituation,
): string | null {
  const label = labelOf(conversation);
  const holder = claims.holderOf(conversation);
  if (holder !== null) return `${label} ${holder.isLive ? 'is live' : 'comes back'} in ${holder.name}`;
  const sessions = observation.kind === 'observed' ? observation.sessions : [];
  const seen = sessions.find(({ tmuxId }) => tmuxId === session.tmuxId);
  return seen?.idlePanes.includes(paneId) === true
    ? null
    : `${label} has ended in it, but its pane is not at an idle shell`;
}

const briefIdLength = 8;

/** The start of an id where that is enough. */
function selectorFor(id: string, candidates: readonly Candidate[]): string {
  const brief = id.slice(0, briefIdLength);
  const isTaken = candidates.some(
    ({ session }) =>
      session.name === brief ||
      panesOf(session).some(({ conversation: one }) => one !== null && one.id !== id && one.id.startsWith(brief)),
  );
  return isTaken ? id : brief;
}

function labelOf({ agent, id }: Conversation): string {
  return `${agent} ${id.slice(0, briefIdLength)}`;
}
