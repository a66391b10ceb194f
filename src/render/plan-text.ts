import { type Action, isPending, type LiveAction } from '../core/action.ts';
import type { Candidate } from '../core/candidate.ts';
import { type Conversation, isSameConversation } from '../core/conversation.ts';
import { type GivenOption, sessionCommand } from '../core/own-command.ts';
import type { Plan, UserPlan } from '../core/plan.ts';
import { localClock } from './clock.ts';
import { alignColumns, type Cell, type Paint, painter, plain, type Style, widthOf } from './columns.ts';
import {
  agentOfAction,
  conversationLabel,
  directoryLabel,
  heldLabel,
  programOfAction,
  serverWords,
  sessionLabel,
  sourceWords,
} from './labels.ts';
import { endOfConversation, lossWords } from './loss-words.ts';
import { counted, printable, type VerboseTextOptions } from './printable.ts';
import { unitChangeWords, unitsSection } from './units-text.ts';

/** Renders a plan as a diff-like table for people, with a summary line at the end. */
export function renderPlanText(plan: Plan, { color, utcOffsetMinutes, verbose }: VerboseTextOptions): string {
  const paint = painter(color);
  const clock = localClock(utcOffsetMinutes);
  const briefTime = (time: string): string => clock.brief(time, plan.createdAt);
  const { givenOptions } = plan;
  const lines = [
    ...plan.users.flatMap((user) => userSection(user, { paint, briefTime, verbose, givenOptions })),
    ...unitsSection(plan.units, paint),
    summaryLine(plan),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

interface SectionContext extends RowOptions {
  readonly paint: Paint;
}

function userSection(user: UserPlan, { paint, ...options }: SectionContext): readonly string[] {
  const { briefTime, verbose } = options;
  const facts = [
    user.hasAccount ? serverWords(user, briefTime) : 'no account on this host',
    ...(user.rosterUser.parked ? ['parked'] : []),
  ];
  const snapshot = user.snapshot === null ? 'no snapshot yet' : `snapshot ${printable(user.snapshot)}`;
  const shown = user.actions.filter((action) => verbose || action.action !== 'live' || action.offer !== null);
  const rows = (isBrief: (at: number) => boolean): readonly string[] =>
    alignColumns(
      shown.map((action, at) => actionRow(action, user, { ...options, brief: isBrief(at) })),
      paint,
    );
  const whole = rows(() => false);
  const heading = `${paint(printable(user.rosterUser.name), 'bold')}    ${facts.join('   ')}`;
  const headings = `${heading}   ${snapshot}`;
  return [
    verbose || widthOf(headings) <= maxColumns ? headings : heading,
    ...(verbose ? whole : rows((at) => widthOf(whole[at] ?? '') > maxColumns)),
  ];
}

const maxColumns = 80;

function summaryLine(plan: Plan): string {
  const { summary } = plan;
  const unobserved = plan.users.filter((user) => user.observation.kind === 'unknown').length;
  const parts = [
    changeWords(plan),
    `${summary.hold} held, ${summary.live} live`,
    ...(plan.complete ? [] : [`incomplete: ${unobservedWords(unobserved)} could not be observed`]),
  ];
  return `Plan: ${parts.join('; ')}.`;
}

function unobservedWords(users: number): string {
  return users === 0 ? 'the units' : counted(users, 'user');
}

function changeWords({ users, units, summary }: Plan): string {
  const beside = users.flatMap((user) => user.actions).filter((one) => one.action === 'conflict' && isPending(one));
  const inConflict = summary.conflict - beside.length;
  const changes = [
    ...(summary.create > 0 ? [`${summary.create} to create`] : []),
    ...(summary.resume > 0 ? [`${summary.resume} to resume`] : []),
    ...(beside.length > 0 ? [`${beside.length} to create beside`] : []),
    ...unitChangeWords(units),
  ];
  const parts = [
    ...(changes.length > 0 ? changes : ['nothing to do']),
    ...(inConflict > 0 ? [`${inConflict} in conflict`] : []),
  ];
  return parts.join(', ');
}

interface RowOptions {
  readonly givenOptions: readonly GivenOption[];
  readonly briefTime: (time: string) => string;
  /** Whether to show how conversations were found. */
  readonly verbose: boolean;
}

interface WhyOptions extends RowOptions {
  /** Whether there is no room for the whole words of who killed something. */
  readonly brief: boolean;
}

/** Renders one action as the cells of a plan line: sign and name, directory, conversation, reason, next step. */
function actionRow(action: Action, user: UserPlan, options: WhyOptions): readonly Cell[] {
  const { sign, style } = signs[action.action];
  return [
    { text: `  ${sign} ${sessionLabel(action.candidate.session)}`, style },
    plain(directoryLabel(action.cwd, user.home)),
    plain(heldWords(action, user, options.verbose)),
    plain(why(action, options)),
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

function heldWords(action: Action, { rosterUser }: UserPlan, verbose: boolean): string {
  const agent = agentOfAction(action);
  const label = heldLabel(action.conversation, agent, programOfAction(action, rosterUser.policy.programs));
  const source = verbose ? sourceWords(agent) : '';
  return source === '' ? label : `${label} (${source})`;
}

function why(action: Action, options: WhyOptions): string {
  switch (action.action) {
    case 'create':
    case 'hold':
      return fateOf(action.candidate, options);
    case 'conflict':
      return printable(action.reason);
    case 'resume':
      return endedWords(action.conversation, action, options);
    case 'live':
      return `${endedWords(action.offer?.conversation ?? null, action, options)}${othersWords(action)}`;
  }
}

function othersWords({ offer }: LiveAction): string {
  return offer === null || offer.others === 0 ? '' : `, and ${offer.others} more`;
}

/** Names the conversation only where the line does not show it anyway. */
function endedWords(
  conversation: Conversation | null,
  { conversation: shown }: Action,
  { briefTime, brief }: WhyOptions,
): string {
  if (conversation === null) return '';
  const label = shown !== null && isSameConversation(conversation, shown) ? '' : `${conversationLabel(conversation)} `;
  const { ended } = conversation;
  return `${label}${ended === null ? 'ended' : endOfConversation(ended, { time: briefTime(ended.at), brief })}`;
}

function fateOf(
  { cause, killer, goneAt, session, state, snapshot }: Candidate,
  { briefTime, brief }: WhyOptions,
): string {
  if (cause !== null) return lossWords({ cause, killer }, { time: briefTime(goneAt ?? session.lastSeenAt), brief });
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
