import type { Action } from '../../core/plan/action.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { SessionChange } from '../../core/record/history.ts';
import { isViolentCause } from '../../core/manifest.ts';
import { type AppliedPlan, outcomeOf, type SaveResult } from '../../core/plan/outcome.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { outcomeLine, summaryLine } from '../plan/apply.ts';
import { listed, printable } from '../text/printable.ts';
import { changesWords, saveWords } from '../records/save.ts';
import { unitOutcomeLine } from '../status/units-text.ts';

const options = { color: false, verbose: false } as const;

/**
 * The journal lines of an apply: one for all restored sessions of a user, one for each problem, and the summary. `told`
 * are the users whose `userJournal` is already written.
 */
export function applyJournal(applied: AppliedPlan, told: ReadonlySet<UserPlan> = new Set()): readonly JournalLine[] {
  const unknown = applied.plan.users.filter(({ observation }) => observation.kind === 'unknown');
  const unknownNames = new Set(unknown.map(({ rosterUser }) => rosterUser.name));
  // The plan already reports why these users are unknown.
  const others = applied.diagnostics.filter(
    ({ code, user }) => code !== 'unknown' || user === null || !unknownNames.has(user),
  );
  return [
    ...applied.plan.users.flatMap((user) => (told.has(user) ? [] : userJournal(user, applied))),
    ...unitLines(applied),
    ...others.map(diagnosticLine),
    { priority: 'info', text: summaryLine(applied) },
  ];
}

/** The journal lines about one user. */
export function userJournal(user: UserPlan, applied: Pick<AppliedPlan, 'plan' | 'outcomes'>): readonly JournalLine[] {
  const { observation, rosterUser } = user;
  if (observation.kind === 'unknown') {
    return [{ priority: 'error', text: `${rosterUser.name}: nothing done: ${observation.reason}` }];
  }
  return [
    ...['created', 'created-without-conversation', 'resumed'].flatMap((kind) => backLine(user, applied, kind)),
    ...user.actions.flatMap((action) => troubleLine(user, action, applied)),
  ];
}

const kindWords: ReadonlyMap<string, string> = new Map([
  ['created-without-conversation', 'created without their conversation'],
]);

function backLine(user: UserPlan, applied: Pick<AppliedPlan, 'outcomes'>, kind: string): readonly JournalLine[] {
  const names = user.actions.flatMap((action) => {
    const outcome = outcomeOf(action, applied);
    if (outcome?.kind !== kind) return [];
    return 'as' in outcome ? outcome.as : action.candidate.session.name;
  });
  return names.length === 0
    ? []
    : [{ priority: 'info', text: `${user.rosterUser.name}: ${kindWords.get(kind) ?? kind} ${listed(names)}` }];
}

/** Failed actions, deferred actions, and sessions that did not come back as they were. */
function troubleLine(
  user: UserPlan,
  action: Action,
  applied: Pick<AppliedPlan, 'plan' | 'outcomes'>,
): readonly JournalLine[] {
  const outcome = outcomeOf(action, applied);
  const text = outcomeLine(action, user, applied, options);
  if (text === null) return [];
  switch (outcome?.kind) {
    case 'failed':
      return [{ priority: 'error', text }];
    case 'deferred':
      return [{ priority: 'warning', text }];
    case 'created-without-conversation':
      return [{ priority: 'error', text }];
    case 'created':
    case 'resumed':
      return outcome.notes.length === 0 ? [] : [{ priority: 'warning', text }];
    case 'already-live':
      return [];
    case undefined:
      return [{ priority: 'notice', text }];
  }
}

function unitLines({ plan, unitOutcomes }: AppliedPlan): readonly JournalLine[] {
  return plan.units.actions.flatMap((action): readonly JournalLine[] => {
    const outcome = unitOutcomes.get(action);
    if (outcome === undefined) return [];
    const priority = outcome.kind === 'done' ? 'info' : 'error';
    return [{ priority, text: unitOutcomeLine(action, outcome, (text) => text) }];
  });
}

/** The journal lines of a save: one for each user with a change or without a save, and one for each problem. */
export function saveJournal(
  results: readonly SaveResult[],
  diagnostics: readonly Diagnostic[],
): readonly JournalLine[] {
  // The result of an unknown user already has the reason.
  const others = diagnostics.filter(({ code }) => code !== 'unknown');
  return [...results.flatMap(resultLines), ...others.map(diagnosticLine)];
}

function resultLines(result: SaveResult): readonly JournalLine[] {
  const text = `${result.user}: ${saveWords(result)}`;
  switch (result.result) {
    case 'saved': {
      const words = changesWords(result.changes);
      return [{ priority: priorityOf(result.changes), text: words === '' ? text : `${text}: ${words}` }];
    }
    case 'unknown':
    case 'failed':
      return [{ priority: 'error', text }];
    case 'busy':
      return [{ priority: 'warning', text }];
    case 'unchanged':
    case 'no-account':
      return [];
  }
}

/** Unwanted changes are warnings: a server that died, a session that was killed for lack of memory. */
function priorityOf(changes: readonly SessionChange[]): JournalPriority {
  return changes.some(isViolent) ? 'warning' : 'info';
}

function isViolent(change: SessionChange): boolean {
  if (change.kind === 'gone') return isViolentCause(change.cause);
  if (change.kind === 'cause-corrected') return isViolentCause(change.to) && !isViolentCause(change.from);
  return (change.kind === 'conversation-ended' || change.kind === 'conversation-end-corrected') && change.killed;
}

/** The priorities that `journalctl --priority` selects by. */
export type JournalPriority = 'error' | 'warning' | 'notice' | 'info';

export interface JournalLine {
  readonly priority: JournalPriority;
  readonly text: string;
}

/** sd-daemon(3): a prefix gives the priority of an output line of a service. */
const prefixes: Readonly<Record<JournalPriority, string>> = {
  error: '<3>',
  warning: '<4>',
  notice: '<5>',
  info: '<6>',
};

/** Writes lines for systemd's journal, one entry each. */
export function journalText(lines: readonly JournalLine[]): string {
  return lines.map(({ priority, text }) => `${prefixes[priority]}${printable(text)}\n`).join('');
}

export function diagnosticLine({ severity, user, message }: Diagnostic): JournalLine {
  return { priority: severity, text: user === null ? message : `${user}: ${message}` };
}
