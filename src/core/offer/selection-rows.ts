import { isSameConversation, type Conversation } from '../conversation.ts';
import { type Cause, conversationsOf, directoryOf, type SessionEntry, shownPaneOf } from '../manifest.ts';
import type { Observation, ObservedSession } from '../observation.ts';
import type { Action } from '../plan/action.ts';
import { isWithoutAgent } from '../plan/plan-in-place.ts';
import { planUser, type UserSituation } from '../plan/plan-user.ts';
import { isHeldByLive, observationOn, placeOf, sessionSeenOn, sessionsOnAll } from '../servers.ts';
import type { OfferedSession } from './offered-sessions.ts';
import {
  contentOfConversation,
  contentThatComesBack,
  contentThatRuns,
  noContent,
  type SessionContent,
} from './session-content.ts';

/** One session of a snapshot against what runs now: a row of a web terminal's picker. */
export interface SelectionRow extends SessionContent {
  /** The word that selects it. */
  readonly name: string;
  readonly directory: string;
  readonly windows: number;
  readonly state: RowState;
  readonly action: RowAction;
  /** The name that it would have; null where nothing would be done. */
  readonly target: string | null;
  readonly isTicked: boolean;
  /** When a person closed or forgot it after the snapshot; else null. */
  readonly closedAt: string | null;
  readonly cause: Cause | null;
  readonly goneAt: string | null;
  readonly reason: string;
}

/** What runs now under the name of a row. */
export type RowState = 'missing' | 'live_same' | 'live_other_conv' | 'live_no_claude';

/** What selecting a row does. */
export type RowAction = 'new' | 'suffixed' | 'in_place' | 'skip';

/** The rows of a snapshot: what a plan would do if all of it were selected, in the order of the snapshot. */
export function selectionRows(
  offered: readonly OfferedSession[],
  situation: Omit<UserSituation, 'candidates'>,
): readonly SelectionRow[] {
  const candidates = offered.map(({ candidate }) => ({ ...candidate, selected: true }));
  const sessions = offered.map(({ selector }) => selector);
  const selection = { ...situation.selection, asOffered: true, isSupposed: true, sessions };
  const planned = planUser({ ...situation, selection, candidates });
  return offered.map((one, at) => {
    const actions = planned.filter(({ candidate }) => candidate === candidates[at]);
    return rowOf(one, actions, situation.observation);
  });
}

function rowOf(offered: OfferedSession, actions: readonly Action[], seen: Observation): SelectionRow {
  const { selector, entry, candidate, closedAt } = offered;
  const action = actionShown(actions);
  const doing = doingOf(action);
  const { cause, goneAt } = candidate.state === 'live' ? { cause: null, goneAt: null } : candidate;
  return {
    name: selector,
    directory: directoryOf(entry),
    ...contentFor(offered, action, seen),
    windows: entry.windows.length + entry.links.length,
    state: stateFor(offered, action, seen),
    ...doing,
    isTicked: doing.action !== 'skip' && closedAt === null && actions.some(isLost),
    closedAt,
    cause,
    goneAt,
    reason: action?.reason ?? 'it is not known what runs',
  };
}

/** A session in which several conversations are resumed has an action for each. The pane that is shown stands for all. */
function actionShown(actions: readonly Action[]): Action | null {
  return actions.find(resumesShown) ?? actions[0] ?? null;
}

function resumesShown({ action, candidate, conversation }: Action): boolean {
  const shown = shownPaneOf(candidate.session)?.conversation ?? null;
  return action === 'resume' && conversation !== null && shown !== null && isSameConversation(conversation, shown);
}

function doingOf(action: Action | null): Pick<SelectionRow, 'action' | 'target'> {
  switch (action?.action) {
    case 'create':
      return { action: action.as === action.candidate.session.name ? 'new' : 'suffixed', target: action.as };
    case 'conflict':
      return { action: 'suffixed', target: action.as };
    case 'resume':
      return { action: 'in_place', target: action.into.name };
    case 'hold':
    case 'live':
    case undefined:
      return { action: 'skip', target: null };
  }
}

/** What selecting it would start. Where that is nothing: what the snapshot has of it, as far as it is true of what runs. */
function contentFor({ entry, candidate }: OfferedSession, action: Action | null, seen: Observation): SessionContent {
  switch (action?.action) {
    case 'create':
    case 'conflict':
      return contentThatComesBack(action);
    case 'resume':
      return contentOfConversation(action.ended.conversation);
    case 'hold':
    case 'live':
    case undefined: {
      const held = contentThatComesBack(entry);
      if (held.conversation !== null || candidate.state === 'gone') return held;
      const [ran, now] = [contentThatRuns(entry), sessionSeenOn(seen, candidate.session)];
      return now === null || contentThatRuns(now).agent === ran.agent ? ran : noContent;
    }
  }
}

/** An agent that its user ended in a session that runs was not lost. */
function isLost(action: Action): boolean {
  if (action.action !== 'resume' || action.candidate.state === 'gone') return true;
  return action.ended.conversation.ended?.killed === true;
}

function stateFor({ entry, candidate }: OfferedSession, action: Action | null, seen: Observation): RowState {
  const wanted = conversationsOf(entry);
  switch (action?.action) {
    case 'create':
      return 'missing';
    case 'resume':
      return 'live_no_claude';
    case 'conflict':
      return stateBeside(conversationsOf(action), namesakeOf(entry, seen));
    case 'live': {
      const session = sessionSeenOn(seen, candidate.session);
      if (wanted.length === 0 || isHeldByLive(wanted, seen) || session === null) return 'live_same';
      return stateBeside(wanted, session);
    }
    case 'hold':
      if (isHeldByLive(wanted, seen)) return 'live_same';
      // Nobody looked there, so that nothing of it is known to be missing.
      if (observationOn(seen, candidate.session.socket).kind === 'unknown') return 'live_same';
      return stateBeside(wanted, namesakeOf(entry, seen));
    case undefined:
      return 'live_same';
  }
}

function stateBeside(wanted: readonly Conversation[], session: ObservedSession | null): RowState {
  if (session === null) return 'missing';
  return wanted.length > 0 && isWithoutAgent(session) ? 'live_no_claude' : 'live_other_conv';
}

/** The session that runs under its name, on the server that it would come back to. */
function namesakeOf(entry: SessionEntry, seen: Observation): ObservedSession | null {
  const place = placeOf(entry, seen);
  const on = sessionsOnAll(seen).find(({ socket, session }) => socket === place && session.name === entry.name);
  return on?.session ?? null;
}
