import { type Action, isPending } from '../../core/plan/action.ts';
import { ownCommand, type Reader, userWord } from '../../core/own-command.ts';
import type { Plan, UserPlan } from '../../core/plan/plan.ts';
import { groupBy } from '../../core/group-by.ts';
import { counted } from '../../core/text.ts';
import { localClock } from '../text/clock.ts';
import { type Paint, painter } from '../text/columns.ts';
import { widthOf } from '../text/width-of.ts';
import { fitColumns, maxColumns } from '../text/fit-columns.ts';
import { serverWords } from '../labels.ts';
import { causeWords } from '../loss-words.ts';
import { actionRow, actionSigns } from './plan-rows.ts';
import { printable, type VerboseTextOptions } from '../text/printable.ts';
import { unitChangeWords, unitsSection } from '../status/units-text.ts';

export interface PlanTextOptions extends VerboseTextOptions {
  /** Whether to list what is held, and the ended conversations that are offered. */
  readonly held: boolean;
}

/**
 * Renders a plan for people, within 80 columns: what would be done and what is in conflict, one line for all that is
 * held of a user, and a summary that explains the signs.
 */
export function renderPlanText(plan: Plan, options: PlanTextOptions): string {
  const paint = painter(options.color);
  const clock = localClock(options.utcOffsetMinutes);
  const briefTime = (time: string): string => clock.brief(time, plan.createdAt);
  const context = { ...options, paint, briefTime, reader: plan };
  const lines = [
    ...plan.users.flatMap((user) => userSection(user, context)),
    ...unitsSection(plan.units, briefTime, paint),
    summaryLine(plan, options),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

interface SectionContext {
  readonly reader: Reader;
  readonly briefTime: (time: string) => string;
  readonly verbose: boolean;
  readonly held: boolean;
  readonly paint: Paint;
}

function userSection(user: UserPlan, context: SectionContext): readonly string[] {
  const { briefTime, verbose, held, paint } = context;
  const facts = [
    user.hasAccount ? serverWords(user, briefTime) : 'no account on this host',
    ...(user.rosterUser.parked ? ['parked'] : []),
  ];
  const snapshot = user.snapshot === null ? 'no snapshot yet' : `snapshot ${printable(user.snapshot)}`;
  const name = printable(user.rosterUser.name);
  const withSnapshot = [...facts, snapshot].join('   ');
  const isRoomy = verbose || widthOf(`${name}    ${withSnapshot}`) <= maxColumns;
  const shown = user.actions.filter((action) => isShown(action, verbose, held));
  return [
    `${paint(name, 'bold')}    ${isRoomy ? withSnapshot : facts.join('   ')}`,
    ...fitColumns(
      shown.map((action) => actionRow(action, user, context)),
      verbose ? null : maxColumns,
      paint,
    ),
    ...(verbose || held ? [] : heldLines(user, context)),
  ];
}

function isShown(action: Action, verbose: boolean, held: boolean): boolean {
  switch (action.action) {
    case 'create':
    case 'resume':
    case 'conflict':
      return true;
    case 'hold':
      return verbose || held;
    case 'live':
      return verbose || (held && action.offer !== null);
  }
}

/** What stays away, counted: `· 25 held: 24 closed, 1 forgotten   tmux-persist plan emo --held`. */
function heldLines({ actions, rosterUser }: UserPlan, { reader, paint }: SectionContext): readonly string[] {
  const held = actions.filter(({ action }) => action === 'hold');
  const offers = actions.filter((action) => action.action === 'live' && action.offer !== null);
  const parts = [
    ...(held.length === 0 ? [] : [`${held.length} held: ${reasonsOf(held)}`]),
    ...(offers.length === 0 ? [] : [offersWords(offers.length)]),
  ];
  if (parts.length === 0) return [];
  const words = `  ${actionSigns.hold.sign} ${parts.join('; ')}`;
  const command = ownCommand(reader.givenOptions, 'plan', userWord(rosterUser.name), '--held');
  return widthOf(`${words}   ${command}`) <= maxColumns
    ? [`${paint(words, 'dim')}   ${command}`]
    : [paint(words, 'dim'), `      ${command}`];
}

/** Such a conversation has ended, or could not be started. */
function offersWords(count: number): string {
  return `${counted(count, 'session')} without ${count === 1 ? 'its' : 'their'} conversation`;
}

/** Why sessions are held: what the roster says where that is all, else how they were lost, the most frequent first. */
function reasonsOf(held: readonly Action[]): string {
  const [first, ...others] = held;
  const isBarred = held.every((action) => action.action === 'hold' && action.selector === null);
  if (first !== undefined && isBarred && others.every(({ reason }) => reason === first.reason)) {
    return printable(first.reason);
  }
  const byCause = groupBy(held, ({ candidate: { cause, state } }) => {
    if (cause !== null) return causeWords[cause];
    return state === 'live' ? 'live' : 'in the snapshot';
  });
  const [only] = byCause.keys();
  if (byCause.size === 1 && only !== undefined) return only;
  return [...byCause]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([words, some]) => `${some.length} ${words}`)
    .join(', ');
}

function summaryLine(plan: Plan, { verbose, held }: PlanTextOptions): string {
  const { summary } = plan;
  const unobserved = plan.users.filter((user) => user.observation.kind === 'unknown').length;
  const listed = [
    ...((verbose || held) && summary.hold > 0 ? [`${summary.hold} held (${actionSigns.hold.sign})`] : []),
    ...(verbose && summary.live > 0 ? [`${summary.live} live (${actionSigns.live.sign})`] : []),
  ];
  const parts = [
    changeWords(plan),
    ...(listed.length === 0 ? [] : [listed.join(', ')]),
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
    ...(summary.create > 0 ? [`${summary.create} to create (${actionSigns.create.sign})`] : []),
    ...(summary.resume > 0 ? [`${summary.resume} to resume (${actionSigns.resume.sign})`] : []),
    ...(beside.length > 0 ? [`${beside.length} to create beside (${actionSigns.conflict.sign})`] : []),
    ...unitChangeWords(units),
  ];
  const parts = [
    ...(changes.length > 0 ? changes : ['nothing to do']),
    ...(inConflict > 0 ? [`${inConflict} in conflict (${actionSigns.conflict.sign})`] : []),
  ];
  return parts.join(', ');
}
