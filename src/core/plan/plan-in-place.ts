import type { ResumeAction } from './action.ts';
import type { Candidate } from './candidate.ts';
import type { Claims } from './claims.ts';
import { type Conversation, isSameConversation, labelOf } from '../conversation.ts';
import { panesOf, startDirectoryOf } from '../manifest.ts';
import type { Observation, ObservedSession } from '../observation.ts';
import { observationOn } from '../servers.ts';
import { asSelected } from './plan-reasons.ts';
import type { Selection } from './selection.ts';

interface LostFacts {
  readonly candidate: Candidate;
  readonly cwd: string;
}

interface Situation {
  readonly observation: Observation;
  readonly selection: Selection;
  readonly claims: Claims;
  /** The socket of the server that the session comes back to. */
  readonly place: string | null;
}

/**
 * Starts the conversations of a lost session in windows of the live session that has its name now and no agent: a
 * terminal that lost its session takes the name again at once. Only where a web terminal asks, and only for a session
 * of one window, because the others would not come back. Empty where that is not so.
 */
export function planInPlace(
  { candidate, cwd }: LostFacts,
  startable: readonly Conversation[],
  { observation, selection, claims, place }: Situation,
): readonly ResumeAction[] {
  const { session, selected } = candidate;
  if (!selection.asOffered || !selected || session.windows.length + session.links.length > 1) return [];
  const server = observationOn(observation, place);
  const sessions = server.kind === 'observed' ? server.sessions : [];
  const namesake = sessions.find(({ name }) => name === session.name);
  if (namesake === undefined || !isWithoutAgent(namesake)) return [];
  const holder = { name: namesake.name, socket: place, isLive: false };
  claims.claim(holder, startable);
  const panes = panesOf(session);
  return startable.flatMap((conversation) => {
    const pane = panes.find((one) => one.conversation !== null && isSameConversation(one.conversation, conversation));
    if (pane === undefined) return [];
    return [
      {
        candidate,
        cwd: panes.length === 1 ? cwd : startDirectoryOf(pane),
        conversation,
        action: 'resume',
        ended: { pane, place: { kind: 'window', name: null }, conversation },
        into: { name: namesake.name, socket: place, tmuxId: namesake.tmuxId },
        reason: asSelected(`its name is live without ${labelOf(conversation)}`, selection),
      },
    ];
  });
}

/** Whether no agent runs in a live session. */
export function isWithoutAgent(session: ObservedSession): boolean {
  return panesOf(session).every(({ agent, conversation }) => agent === null && conversation === null);
}
