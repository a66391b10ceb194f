import { isPending } from '../core/action.ts';
import type { Plan, UserPlan } from '../core/plan.ts';
import { actionRow, type RowOptions } from './action-row.ts';
import { localClock } from './clock.ts';
import { alignColumns } from './columns.ts';
import { counted } from './counted.ts';
import { type Paint, painter } from './paint.ts';
import { printable } from './printable.ts';
import { serverWords } from './server-words.ts';
import type { VerboseTextOptions } from './text-options.ts';
import { unitChangeWords, unitsSection } from './units-text.ts';

/** Renders a plan as a diff-like table for people, ending in one line that sums it up. */
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
    user.snapshot === null ? 'no snapshot yet' : `snapshot ${printable(user.snapshot)}`,
  ];
  const shown = user.actions.filter((action) => verbose || action.action !== 'live' || action.offer !== null);
  return [
    `${paint(printable(user.rosterUser.name), 'bold')}    ${facts.join('   ')}`,
    ...alignColumns(
      shown.map((action) => actionRow(action, user, options)),
      paint,
    ),
  ];
}

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
