import type { Action, LiveAction } from '../../core/plan/action.ts';
import type { Candidate } from '../../core/plan/candidate.ts';
import { type Conversation, isSameConversation } from '../../core/conversation.ts';
import { panesOf } from '../../core/manifest.ts';
import { type Reader, sessionCommand } from '../../core/own-command.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { counted } from '../../core/text.ts';
import type { Style } from '../text/columns.ts';
import type { Row } from '../text/fit-columns.ts';
import {
  agentOfAction,
  conversationLabel,
  directoryLabel,
  heldLabel,
  latestServerLoss,
  programOfAction,
  type ServerLoss,
  sessionLabel,
  sourceWords,
} from '../labels.ts';
import { endOfConversation, lossWords } from '../loss-words.ts';
import { printable } from '../text/printable.ts';

export interface RowOptions {
  readonly reader: Reader;
  readonly briefTime: (time: string) => string;
  /** Whether to show how conversations were found, and what the heading tells, too. */
  readonly verbose: boolean;
}

interface WhyOptions extends RowOptions {
  /** Whether there is no room for the whole words of who killed something. */
  readonly brief: boolean;
}

/** Renders one action as a line of a plan: sign and name, directory, conversation, reason, next step. */
export function actionRow(action: Action, user: UserPlan, options: RowOptions): Row {
  const { sign, style } = actionSigns[action.action];
  const commandFor = (selector: string): string => sessionCommand(options.reader, user.rosterUser.name, selector);
  const wholeWords = (whyOptions: WhyOptions): readonly string[] => [
    [...windowsOf(action), ...why(action, user, whyOptions)].join(', '),
    whatThen(action, commandFor),
  ];
  return {
    cells: [
      { text: `  ${sign} ${sessionLabel(action.candidate.session)}`, style, cut: 'end', atLeast: 18 },
      { text: directoryLabel(shownDirectoryOf(action), user.home), style: null, cut: 'start', atLeast: 12 },
      { text: heldWords(action, user, options.verbose), style: null, cut: 'end', atLeast: 15 },
    ],
    whole: wholeWords({ ...options, brief: false }),
    brief: wholeWords({ ...options, brief: true }),
  };
}

export const actionSigns: Readonly<Record<Action['action'], { readonly sign: string; readonly style: Style }>> = {
  create: { sign: '+', style: 'green' },
  resume: { sign: '>', style: 'green' },
  conflict: { sign: '!', style: 'yellow' },
  hold: { sign: '·', style: 'dim' },
  live: { sign: '=', style: 'dim' },
};

/** The directory of the pane with the conversation that the line shows. Another pane may be the one in front. */
function shownDirectoryOf({ candidate: { session }, conversation, cwd }: Action): string {
  if (conversation === null) return cwd;
  const holders = panesOf(session).filter(
    (pane) => pane.conversation !== null && isSameConversation(pane.conversation, conversation),
  );
  return holders.some((pane) => pane.cwd === cwd) ? cwd : (holders[0]?.cwd ?? cwd);
}

function windowsOf({ candidate: { session } }: Action): readonly string[] {
  const count = session.windows.length;
  return count > 1 ? [counted(count, 'window')] : [];
}

function heldWords(action: Action, { rosterUser }: UserPlan, verbose: boolean): string {
  const agent = agentOfAction(action);
  const label = heldLabel(action.conversation, agent, programOfAction(action, rosterUser.policy.programs));
  const source = verbose ? sourceWords(agent) : '';
  return source === '' ? label : `${label} (${source})`;
}

function why(action: Action, user: UserPlan, options: WhyOptions): readonly string[] {
  switch (action.action) {
    case 'create':
      return options.verbose || !isToldAbove(action.candidate, user) ? [fateOf(action.candidate, options)] : [];
    case 'hold':
      return [fateOf(action.candidate, options)];
    case 'conflict':
      return [printable(action.reason)];
    case 'resume':
      return endedWords(action.conversation, action, options);
    case 'live':
      return endedWords(action.offer?.conversation ?? null, action, options).map(
        (words) => `${words}${othersWords(action)}`,
      );
  }
}

/** Whether the heading tells how this session was lost: with its server, the loss that the heading names. */
function isToldAbove({ cause, killer, goneAt }: Candidate, { observation, candidates }: UserPlan): boolean {
  const told = observation.kind === 'absent' ? latestServerLoss(candidates) : null;
  return told !== null && isSameLoss(told, { cause, killer, goneAt });
}

function isSameLoss(
  told: ServerLoss,
  { cause, killer, goneAt }: Pick<Candidate, 'cause' | 'killer' | 'goneAt'>,
): boolean {
  return told.cause === cause && told.goneAt === goneAt && JSON.stringify(told.killer) === JSON.stringify(killer);
}

function othersWords({ offer }: LiveAction): string {
  return offer === null || offer.others === 0 ? '' : `, and ${offer.others} more`;
}

/** Names the conversation only where the line does not show it anyway. */
function endedWords(
  conversation: Conversation | null,
  { conversation: shown }: Action,
  { briefTime, brief }: WhyOptions,
): readonly string[] {
  if (conversation === null) return [];
  const label = shown !== null && isSameConversation(conversation, shown) ? '' : `${conversationLabel(conversation)} `;
  const { ended } = conversation;
  const words = ended === null ? 'ended' : endOfConversation(ended, { time: briefTime(ended.at), brief });
  return [`${label}${words}`];
}

function fateOf(
  { cause, killer, goneAt, session, state, snapshot }: Candidate,
  { briefTime, brief }: WhyOptions,
): string {
  if (cause !== null) {
    return lossWords({ cause, killer }, { time: briefTime(goneAt ?? session.lastSeenAt), brief });
  }
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
      return action.ended.place.kind === 'window' ? 'in a window of its own' : 'in its pane';
    case 'live':
      return action.offer === null ? '' : commandFor(action.offer.selector);
  }
}
