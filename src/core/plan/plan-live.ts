import type { EndedPane, LiveAction, ResumeAction, ResumeOffer } from './action.ts';
import type { Candidate } from './candidate.ts';
import { type Claims, holderWords } from './claims.ts';
import { isSameConversation, type Conversation, labelOf, briefId } from '../conversation.ts';
import { panesOf, recordedPanesOf, startDirectoryOf } from '../manifest.ts';
import { isFreePane, type Observation } from '../observation.ts';
import { asSelected, comingWords } from './plan-reasons.ts';
import type { Selection } from './selection.ts';
import { sessionSeenOn } from '../servers.ts';

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
  /** Whether the roster forbids starting anything of this session. */
  readonly isBarred: boolean;
}

/**
 * Decides about a live session: nothing is done, unless one names it, or a conversation that has ended in it. Then there is an
 * action for each of these conversations.
 */
export function planLive(facts: LiveFacts, situation: LiveSituation): readonly (LiveAction | ResumeAction)[] {
  const { candidate } = facts;
  const ended = situation.isBarred ? [] : endedPanes(candidate, situation).map((one) => placed(one, facts, situation));
  const obstacles = ended.map((one) => obstacleTo(one, candidate, situation));
  const [first, ...others] = ended.filter((_, at) => obstacles[at] === null);
  if (first === undefined) {
    const obstacle = obstacles.find((one) => one !== null);
    const reason = obstacle === undefined ? 'it is running' : `it is running; ${obstacle}`;
    return [{ ...facts, action: 'live', reason, offer: null }];
  }
  if (!candidate.selected || situation.selection.sessions.length === 0) {
    const { conversation } = first;
    const { name } = candidate.session;
    // The name would mean a lost session that is called the same.
    const isNameFree = situation.candidates.every(({ state, session }) => state === 'live' || session.name !== name);
    const isWhole = others.length > 0 && isNameFree;
    const selector = isWhole ? name : selectorFor(conversation.id, situation.candidates);
    const more =
      others.length === 0
        ? 'and is resumed when it is named'
        : `and ${others.length} more; each is resumed when it is named`;
    const reason = `it is running; ${endingWords(conversation)}, ${more}`;
    const offer: ResumeOffer = { conversation, selector, others: others.length };
    const shown = facts.conversation === null ? { conversation, cwd: startDirectoryOf(first.pane) } : {};
    return [{ ...facts, ...shown, action: 'live', reason, offer }];
  }
  const asked = [first, ...others];
  situation.claims.claim(
    { name: candidate.session.name, socket: candidate.session.socket, isLive: false },
    asked.map(({ conversation }) => conversation),
  );
  return asked.map((one) => ({
    ...facts,
    cwd: startDirectoryOf(one.pane),
    conversation: one.conversation,
    action: 'resume',
    ended: one,
    into: candidate.session,
    reason: asSelected(endingWords(one.conversation), situation.selection),
  }));
}

/** Each conversation once, and only the one that was asked for by its id where that is how it was asked. */
function endedPanes(
  { session, selectedConversations }: Candidate,
  { observation }: LiveSituation,
): readonly EndedPane[] {
  const dead = sessionSeenOn(observation, session)?.deadPanes ?? [];
  const inPanes = panesOf(session).flatMap((pane) =>
    pane.tmuxId === null
      ? []
      : [{ pane, place: { kind: 'pane', paneId: pane.tmuxId, isDead: dead.includes(pane.tmuxId) } as const }],
  );
  const beside = session.gonePanes.map((pane) => ({ pane, place: { kind: 'window', name: pane.windowName } as const }));
  const ended = [...inPanes, ...beside].flatMap(({ pane, place }): readonly EndedPane[] => {
    const { conversation } = pane;
    if (conversation === null || conversation.ended === null) return [];
    return selectedConversations.length === 0 || selectedConversations.includes(conversation.id)
      ? [{ pane, place, conversation }]
      : [];
  });
  return ended.filter(
    ({ conversation }, at) => ended.findIndex((other) => isSameConversation(conversation, other.conversation)) === at,
  );
}

/** As a web terminal asks, a conversation whose pane is busy gets a window. */
function placed(ended: EndedPane, { candidate }: LiveFacts, { observation, selection }: LiveSituation): EndedPane {
  const { place } = ended;
  if (!selection.asOffered || place.kind === 'window') return ended;
  const isFree = isFreePane(sessionSeenOn(observation, candidate.session), place.paneId);
  return isFree ? ended : { ...ended, place: { kind: 'window', name: null } };
}

/** Why a conversation cannot be resumed in its pane, in words; null when it can. */
function obstacleTo(
  { conversation, place }: EndedPane,
  { session }: Candidate,
  { observation, claims, selection }: LiveSituation,
): string | null {
  const label = labelOf(conversation);
  const holder = claims.holderOf(conversation);
  if (holder !== null)
    return `${label} ${holder.isLive ? 'is live' : comingWords(selection)} in ${holderWords(holder)}`;
  if (place.kind === 'window') return null;
  return isFreePane(sessionSeenOn(observation, session), place.paneId)
    ? null
    : `${endingWords(conversation)}, but its pane is not at an idle shell`;
}

function endingWords(conversation: Conversation): string {
  const label = labelOf(conversation);
  return conversation.ended?.failedToStart === true
    ? `${label} could not be started in it`
    : `${label} has ended in it`;
}

/** The shortest selector that is unambiguous: the start of an id, or the whole id. */
function selectorFor(id: string, candidates: readonly Candidate[]): string {
  const brief = briefId(id);
  const isTaken = candidates.some(
    ({ session }) =>
      session.name === brief ||
      recordedPanesOf(session).some(
        ({ conversation: one }) => one !== null && one.id !== id && one.id.startsWith(brief),
      ),
  );
  return isTaken ? id : brief;
}
