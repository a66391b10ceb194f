import { type Conversation, isSameConversation } from '../conversation.ts';
import { type Cause, conversationsOf, directoryOf, panesOf, shownPaneOf, type SessionEntry } from '../manifest.ts';
import type { Observation } from '../observation.ts';
import type { Action } from '../plan/action.ts';
import { isWithoutAgent } from '../plan/plan-in-place.ts';
import { planUser, type UserSituation } from '../plan/plan-user.ts';
import { isHeldByLive, placeOf, sessionsOnAll } from '../servers.ts';
import type { OfferedSession } from './offered-sessions.ts';

/** One session of a snapshot against what runs now: a row of a web terminal's picker. */
export interface SelectionRow {
  /** The word that selects it. */
  readonly name: string;
  readonly directory: string;
  readonly agent: string | null;
  readonly conversation: string | null;
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
  const selection = { ...situation.selection, asOffered: true, sessions: offered.map(({ selector }) => selector) };
  const actions = planUser({ ...situation, selection, candidates });
  return offered.map((one, at) => {
    const action = actions.find(({ candidate }) => candidate === candidates[at]) ?? null;
    return rowOf(one, action, situation.observation);
  });
}

function rowOf(offered: OfferedSession, action: Action | null, seen: Observation): SelectionRow {
  const { selector, entry, candidate, closedAt } = offered;
  const doing = doingOf(action);
  const { cause, goneAt } = candidate.state === 'live' ? { cause: null, goneAt: null } : candidate;
  return {
    name: selector,
    ...contentOf(entry),
    state: candidate.state === 'live' && doing.action === 'skip' ? 'live_same' : stateOf(entry, seen),
    ...doing,
    isTicked: doing.action !== 'skip' && closedAt === null && isLost(action),
    closedAt,
    cause,
    goneAt,
    reason: action?.reason ?? 'it is not known what runs',
  };
}

/** What a row tells of a session: one conversation stands for all, that of the pane that is shown if it has one. */
export function contentOf(entry: SessionEntry): Pick<SelectionRow, 'directory' | 'agent' | 'conversation' | 'windows'> {
  const conversation = conversationShown(entry);
  const agent = conversation?.agent ?? panesOf(entry).flatMap((pane) => pane.agent?.name ?? [])[0] ?? null;
  const windows = entry.windows.length + entry.links.length;
  return { directory: directoryOf(entry), agent, conversation: conversation?.id ?? null, windows };
}

function conversationShown(entry: SessionEntry): Conversation | null {
  const all = conversationsOf(entry);
  const shown = shownPaneOf(entry)?.conversation ?? null;
  return all.find((one) => shown !== null && isSameConversation(one, shown)) ?? all[0] ?? null;
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

/** An agent that its user ended in a session that runs was not lost. */
function isLost(action: Action | null): boolean {
  if (action?.action !== 'resume' || action.candidate.state === 'gone') return true;
  return action.ended.conversation.ended?.killed === true;
}

function stateOf(entry: SessionEntry, seen: Observation): RowState {
  const live = sessionsOnAll(seen);
  const wanted = conversationsOf(entry);
  if (isHeldByLive(wanted, seen)) return 'live_same';
  const place = placeOf(entry, seen);
  const namesake = live.find(({ socket, session }) => socket === place && session.name === entry.name)?.session;
  if (namesake === undefined) return 'missing';
  return wanted.length > 0 && isWithoutAgent(namesake) ? 'live_no_claude' : 'live_other_conv';
}
