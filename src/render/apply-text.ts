import type { Action } from '../core/action.ts';
import { outcomeOf, summaryOfOutcomes, type AppliedPlan, type Outcome } from '../core/outcome.ts';
import type { UserPlan } from '../core/plan.ts';
import { conversationLabel } from './conversation-label.ts';
import { counted } from './counted.ts';
import { directoryLabel } from './directory-label.ts';
import { painter, type Paint, type Style } from './paint.ts';
import { printable } from './printable.ts';
import { sessionCommand } from './session-command.ts';
import type { VerboseTextOptions } from './text-options.ts';
import { unitOutcomeLines } from './units-text.ts';

export type ApplyTextOptions = Pick<VerboseTextOptions, 'color' | 'verbose'>;

/** Renders what an apply did, one line per session that it had something to do about, and one that sums it up. */
export function renderApplyText(applied: AppliedPlan, options: ApplyTextOptions): string {
  const lines = [
    ...applied.plan.users.flatMap((user) => [
      ...(user.observation.kind === 'unknown' ? [userLine(user, `nothing done: ${user.observation.reason}`)] : []),
      ...user.actions.flatMap((action) => outcomeLine(action, user, outcomeOf(action, applied), options) ?? []),
    ]),
    ...unitOutcomeLines(applied, painter(options.color)),
    summaryLine(applied),
  ];
  return `${lines.join('\n')}\n`;
}

/** Renders one outcome for a journal; null when nothing needs to be said. */
export function outcomeLine(
  action: Action,
  user: UserPlan,
  outcome: Outcome | null,
  { color, verbose }: ApplyTextOptions,
): string | null {
  const paint = painter(color);
  const name = action.candidate.session.name;
  switch (outcome?.kind) {
    case 'created':
      return userLine(user, createdWords(action, user, outcome), verb('created', 'green', paint));
    case 'failed':
      return userLine(user, `${name}: ${outcome.message}`, verb('failed', 'red', paint));
    case 'deferred':
      return userLine(user, `${name}: ${outcome.message}`, verb('deferred', 'yellow', paint));
    case 'already-live':
      return verbose || action.action !== 'live' ? userLine(user, name, verb('already live', null, paint)) : null;
    case undefined:
      return notActedOnLine(action, user, verbose, paint);
  }
}

function createdWords(action: Action, user: UserPlan, { as, notes }: Extract<Outcome, { kind: 'created' }>): string {
  const name = action.candidate.session.name;
  const beside = as === name ? '' : ` (was ${name})`;
  const made = `${as}${beside} in ${directoryLabel(action.cwd, user.home)}, ${conversationLabel(action.conversation)}`;
  return [made, ...notes].join('; ');
}

function notActedOnLine(action: Action, user: UserPlan, verbose: boolean, paint: Paint): string | null {
  const name = action.candidate.session.name;
  if (action.action === 'conflict') {
    const command = sessionCommand(user.rosterUser.name, action.selector);
    return `${userLine(user, `${name}: ${action.reason}`, verb('left', 'yellow', paint))}: ${command}`;
  }
  return verbose ? userLine(user, `${name}: ${action.reason}`, verb('held', 'dim', paint)) : null;
}

function verb(text: string, style: Style | null, paint: Paint): string {
  return `${paint(text, style)} `;
}

function userLine(user: UserPlan, words: string, verbWords = ''): string {
  return `${printable(user.rosterUser.name)}: ${verbWords}${printable(words)}`;
}

function summaryLine(applied: AppliedPlan): string {
  const { created, failed, deferred, conflict, hold, alreadyLive, units } = summaryOfOutcomes(applied);
  const done = [
    `${created} created`,
    ...(units > 0 ? [`${counted(units, 'change')} to units`] : []),
    `${failed} failed`,
    ...(deferred > 0 ? [`${deferred} deferred`] : []),
    ...(conflict > 0 ? [`${conflict} in conflict`] : []),
  ];
  const unobserved = applied.plan.users.filter((user) => user.observation.kind === 'unknown').length;
  const incomplete = applied.complete ? '' : `; incomplete: ${incompleteWords(unobserved)}`;
  return `Applied: ${done.join(', ')}; ${hold} held, ${alreadyLive} live${incomplete}.`;
}

function incompleteWords(unobserved: number): string {
  return unobserved === 0
    ? 'what was done could not be observed again'
    : `${counted(unobserved, 'user')} could not be observed`;
}
