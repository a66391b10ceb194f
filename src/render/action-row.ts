import type { Action } from '../core/action.ts';
import type { Candidate } from '../core/candidate.ts';
import { type Conversation, isSameConversation } from '../core/conversation.ts';
import type { GivenOption } from '../core/given-option.ts';
import { sessionCommand } from '../core/own-command.ts';
import type { UserPlan } from '../core/plan.ts';
import { agentLabel, sourceWords } from './agent-label.ts';
import { agentOfAction } from './agent-of-action.ts';
import { causeWords } from './cause-words.ts';
import { type Cell, plain } from './columns.ts';
import { directoryLabel } from './directory-label.ts';
import { conversationLabel } from './labels.ts';
import type { Style } from './paint.ts';
import { printable } from './printable.ts';

export interface RowOptions {
  readonly givenOptions: readonly GivenOption[];
  readonly briefTime: (time: string) => string;
  /** Also says how conversations were found. */
  readonly verbose: boolean;
}

/** Renders one action as the cells of a plan line: sign and name, directory, conversation, why, what then. */
export function actionRow(action: Action, user: UserPlan, options: RowOptions): readonly Cell[] {
  const { sign, style } = signs[action.action];
  const { briefTime, verbose } = options;
  return [
    { text: `  ${sign} ${printable(action.candidate.session.name)}`, style },
    plain(directoryLabel(action.cwd, user.home)),
    plain(heldWords(action, verbose)),
    plain(why(action, briefTime)),
    plain(whatThen(action, (selector) => sessionCommand(options.givenOptions, user.rosterUser.name, selector))),
  ];
}

const signs: Readonly<Record<Action['action'], { readonly sign: string; readonly style: Style }>> = {
  create: { sign: '+', style: 'green' },
  resume: { sign: '>', style: 'green' },
  conflict: { sign: '!', style: 'yellow' },
  hold: { sign: '·', style: 'dim' },
  live: { sign: '=', style: 'dim' },
};

function heldWords(action: Action, verbose: boolean): string {
  const agent = agentOfAction(action);
  const label = agentLabel(action.conversation, agent);
  const source = verbose ? sourceWords(agent) : '';
  return source === '' ? label : `${label} (${source})`;
}

function why(action: Action, briefTime: (time: string) => string): string {
  switch (action.action) {
    case 'create':
    case 'hold':
      return fateOf(action.candidate, briefTime);
    case 'conflict':
      return printable(action.reason);
    case 'resume':
      return endedWords(action.conversation, action, briefTime);
    case 'live':
      return endedWords(action.offer?.conversation ?? null, action, briefTime);
  }
}

/** Names the conversation only where the line does not show it anyway. */
function endedWords(
  ended: Conversation | null,
  { conversation: shown }: Action,
  briefTime: (time: string) => string,
): string {
  if (ended === null) return '';
  const label = shown !== null && isSameConversation(ended, shown) ? '' : `${conversationLabel(ended)} `;
  const verb = ended.ended?.failedToStart === true ? 'could not be started' : 'ended';
  return `${label}${verb} ${ended.ended === null ? '' : briefTime(ended.ended.at)}`.trimEnd();
}

function fateOf({ cause, goneAt, session, state, snapshot }: Candidate, briefTime: (time: string) => string): string {
  if (cause !== null) return `${causeWords[cause]} ${briefTime(goneAt ?? session.lastSeenAt)}`;
  if (state === 'gone' && snapshot !== null) return `in ${printable(snapshot)}`;
  return `seen ${briefTime(session.lastSeenAt)}`;
}

function whatThen(action: Action, commandFor: (selector: string) => string): string {
  switch (action.action) {
    case 'create':
      return action.as === action.candidate.session.name ? '' : `as ${printable(action.as)}`;
    case 'conflict':
      return action.acts ? `beside, as ${printable(action.as)}` : commandFor(action.selector);
    case 'hold':
      return action.selector === null ? printable(action.reason) : commandFor(action.selector);
    case 'resume':
      return action.panes.every(({ place }) => place.kind === 'window') ? 'in a window of its own' : 'in its pane';
    case 'live':
      return action.offer === null ? '' : commandFor(action.offer.selector);
  }
}
