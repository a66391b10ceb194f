import type { Action, ConflictAction } from '../../core/plan/action.ts';
import { type AppliedPlan, type Outcome, outcomeOf, summaryOfOutcomes } from '../../core/plan/outcome.ts';
import { type Reader, sessionCommand } from '../../core/own-command.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { placeOf } from '../../core/servers.ts';
import { counted } from '../../core/text.ts';
import { type Paint, painter, type Style } from '../text/columns.ts';
import { formatVersion } from '../text/json-text.ts';
import {
  agentOfAction,
  conversationLabel,
  directoryLabel,
  heldLabel,
  programOfAction,
  sessionWords,
} from '../labels.ts';
import { actionFields, userFields } from './plan-json.ts';
import { printable, type VerboseTextOptions } from '../text/printable.ts';
import { unitOutcomeLines } from '../status/units-text.ts';

type ApplyTextOptions = Pick<VerboseTextOptions, 'color' | 'verbose'>;

/** Renders the result of an apply: one line for each session with an action, and a summary line. */
export function renderApplyText(applied: AppliedPlan, options: ApplyTextOptions): string {
  const lines = [
    ...applied.plan.users.flatMap((user) => [
      ...(user.observation.kind === 'unknown' ? [userLine(user, `nothing done: ${user.observation.reason}`)] : []),
      ...user.actions.flatMap((action) => outcomeLine(action, user, applied, options) ?? []),
    ]),
    ...unitOutcomeLines(applied, painter(options.color)),
    summaryLine(applied),
  ];
  return `${lines.join('\n')}\n`;
}

/** The outcome of one action, on one line; null when there is nothing to report. */
export function outcomeLine(
  action: Action,
  user: UserPlan,
  applied: Pick<AppliedPlan, 'plan' | 'outcomes'>,
  { color, verbose }: ApplyTextOptions,
): string | null {
  const paint = painter(color);
  const name = sessionWords(action.candidate.session);
  const outcome = outcomeOf(action, applied);
  switch (outcome?.kind) {
    case 'created':
      return userLine(user, createdWords(action, user, outcome), verb('created', 'green', paint));
    case 'created-without-conversation':
      return userLine(
        user,
        createdWords(action, user, outcome),
        verb('created without its conversation', 'yellow', paint),
      );
    case 'resumed':
      return userLine(user, resumedWords(action, user, outcome), verb('resumed', 'green', paint));
    case 'failed':
      return userLine(user, `${name}: ${outcome.message}`, verb('failed', 'red', paint));
    case 'deferred':
      return userLine(user, `${name}: ${outcome.message}`, verb('deferred', 'yellow', paint));
    case 'already-live':
      return alreadyLiveLine(action, user, verbose, paint);
    case undefined:
      return action.action === 'conflict'
        ? conflictLine(action, user, applied.plan, paint)
        : heldLine(action, user, verbose, paint);
  }
}

function createdWords(
  action: Action,
  user: UserPlan,
  { kind, as, notes }: Extract<Outcome, { readonly as: string }>,
): string {
  const name = action.candidate.session.name;
  const beside = as === name ? '' : ` (was ${name})`;
  const agent = agentOfAction(action);
  // The notes tell why an agent did not start.
  const program = programOfAction(action, user.rosterUser.policy.programs);
  const started =
    kind === 'created'
      ? heldLabel(action.conversation, agent?.found.kind === 'unidentified' ? null : agent, program)
      : 'shell';
  const place = placeOf(action.candidate.session, user.observation);
  const made = `${sessionWords({ name: as, socket: place })}${beside} in ${directoryLabel(action.cwd, user.home)}, ${started}`;
  return [made, ...notes].join('; ');
}

/** Reports a selected session that needed nothing, with the reason. */
function alreadyLiveLine(action: Action, user: UserPlan, verbose: boolean, paint: Paint): string | null {
  const { session, selected } = action.candidate;
  const words = verb('already live', null, paint);
  if (action.action === 'live' && selected) return userLine(user, `${sessionWords(session)}: ${action.reason}`, words);
  return verbose || action.action !== 'live' ? userLine(user, sessionWords(session), words) : null;
}

function resumedWords(action: Action, user: UserPlan, { notes }: Extract<Outcome, { kind: 'resumed' }>): string {
  const name = sessionWords(action.candidate.session);
  const resumed = `${name} in ${directoryLabel(action.cwd, user.home)}, ${conversationLabel(action.conversation)}`;
  return [resumed, ...notes].join('; ');
}

function conflictLine(
  { candidate, reason, selector }: ConflictAction,
  user: UserPlan,
  reader: Reader,
  paint: Paint,
): string {
  const command = sessionCommand(reader, user.rosterUser.name, selector);
  return `${userLine(user, `${sessionWords(candidate.session)}: ${reason}`, verb('left', 'yellow', paint))}: ${command}`;
}

function heldLine({ candidate, reason }: Action, user: UserPlan, verbose: boolean, paint: Paint): string | null {
  return verbose ? userLine(user, `${sessionWords(candidate.session)}: ${reason}`, verb('held', 'dim', paint)) : null;
}

function verb(text: string, style: Style | null, paint: Paint): string {
  return `${paint(text, style)} `;
}

function userLine(user: UserPlan, words: string, verbWords = ''): string {
  return `${printable(user.rosterUser.name)}: ${verbWords}${printable(words)}`;
}

/** The summary line of an apply. */
export function summaryLine(applied: AppliedPlan): string {
  const summary = summaryOfOutcomes(applied);
  const { created, createdWithoutConversation, resumed, failed, deferred, conflict, hold, alreadyLive, units } =
    summary;
  const done = [
    `${created} created`,
    ...(createdWithoutConversation > 0 ? [`${createdWithoutConversation} without their conversation`] : []),
    ...(resumed > 0 ? [`${resumed} resumed`] : []),
    ...(units > 0 ? [`${counted(units, 'change')} to units`] : []),
    `${failed} failed`,
    ...(deferred > 0 ? [`${deferred} deferred`] : []),
    ...(conflict > 0 ? [`${conflict} in conflict`] : []),
  ];
  const unobserved = applied.plan.users.filter((user) => user.observation.kind === 'unknown').length;
  const missing = [
    ...(applied.complete ? [] : [incompleteWords(unobserved)]),
    ...(deferred > 0 ? ['plan offers again what was deferred'] : []),
  ];
  const incomplete = missing.length === 0 ? '' : `; incomplete: ${missing.join(', ')}`;
  return `Applied: ${done.join(', ')}; ${hold} held, ${alreadyLive} live${incomplete}.`;
}

function incompleteWords(unobserved: number): string {
  return unobserved === 0 ? 'see what was said on stderr' : `${counted(unobserved, 'user')} could not be observed`;
}

/** The JSON document of an apply or a restore: the plan, with one outcome per action. */
export function applyDocument(applied: AppliedPlan, kind: 'apply' | 'restore') {
  const { plan, diagnostics, complete } = applied;
  return {
    formatVersion,
    kind,
    host: plan.host,
    createdAt: plan.createdAt,
    roster: { path: plan.roster.path, users: plan.roster.users },
    users: plan.users.map((user) => ({
      ...userFields(user),
      actions: user.actions.map((action) => appliedFields(action, user, applied)),
    })),
    units: plan.units.actions.map((action) => {
      const outcome = applied.unitOutcomes.get(action) ?? null;
      return {
        ...action,
        outcome: outcome?.kind ?? null,
        message: outcome?.kind === 'failed' ? outcome.message : null,
      };
    }),
    unitDropIns: plan.units.dropIns,
    unitOverrides: plan.units.overrides,
    unitsLeftAlone: plan.units.leftAlone,
    diagnostics,
    summary: summaryOfOutcomes(applied),
    complete,
  };
}

function appliedFields(action: Action, user: UserPlan, applied: AppliedPlan) {
  const outcome = outcomeOf(action, applied);
  const fields = actionFields(action, user, applied.plan);
  return {
    ...fields,
    as: outcome !== null && 'as' in outcome ? outcome.as : fields.as,
    outcome: outcome?.kind ?? null,
    message: messageOf(outcome),
  };
}

function messageOf(outcome: Outcome | null): string | null {
  switch (outcome?.kind) {
    case 'created':
    case 'created-without-conversation':
    case 'resumed':
      return outcome.notes.length === 0 ? null : outcome.notes.join('; ');
    case 'failed':
    case 'deferred':
      return outcome.message;
    case 'already-live':
    case undefined:
      return null;
  }
}
