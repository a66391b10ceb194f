import { problemWithMessage } from '../../core/heal/first-prompt.ts';
import { type AppliedPlan, summaryOfOutcomes } from '../../core/plan/outcome.ts';
import { restoringCommand } from '../../core/own-command.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { type ApplyOptions, applyPlan, type ApplyStep } from '../../reconcile/apply/apply-plan.ts';
import type { Context } from '../../reconcile/context.ts';
import type { LockedOut } from '../../reconcile/with-user-locks.ts';
import { publishMetrics } from '../../reconcile/record/publish-metrics.ts';
import { applyDocument, renderApplyText } from '../../render/plan/apply.ts';
import { applyJournal, userJournal } from '../../render/watch/journal.ts';
import { jsonLine } from '../../render/text/json-text.ts';
import { beginEvent, endEvent, needlessEvents, sessionEvent } from '../../render/plan/progress.ts';
import { renderMetricsText } from '../../render/status/metrics-text.ts';
import { exitCodes, Refusal, UnknownRefusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import type { Arguments } from '../parse-arguments.ts';
import { tellsJournal, writeDiagnostics, writeJournal, writeResult } from '../output.ts';
import { refuseRecordsOfRoot } from '../records-place.ts';
import { selectionOf, wantsUnits } from '../selection-arguments.ts';
import { askedUsers } from '../user-arguments.ts';
import { version } from '../version.ts';

export async function run(invocation: Invocation): Promise<number> {
  const asked = { selection: selectionOf(invocation.args), message: messageOf(invocation.args) };
  const context = await openContext(invocation, askedUsers(invocation.args), 'act');
  return runApply(invocation, context, asked, 'apply');
}

/** Whether each step is told as it happens, as one line of JSON. */
function tellsLines({ args }: Invocation): boolean {
  return args.last('json') === 'lines';
}

function eventsOf(step: ApplyStep): readonly unknown[] {
  switch (step.kind) {
    case 'planned':
      return [beginEvent(step.plan), ...needlessEvents(step.plan)];
    case 'outcome':
      return [sessionEvent(step.action, step.outcome)];
  }
}

function linesOf(invocation: Invocation): (event: unknown) => void {
  return tellsLines(invocation) ? (event) => invocation.terminal.writeOut(jsonLine(event)) : () => {};
}

function messageOf(args: Arguments): string | null {
  const text = args.last('message');
  const problem = text === null ? null : problemWithMessage(text);
  if (problem !== null) throw new Refusal(`--message ${problem}`);
  return text;
}

/**
 * Applies the plan, reports the result, and returns the exit status. The journal gets each user's result at once. A
 * failed action decides the status first, then a lock, then deferred or missing results.
 */
export async function runApply(
  invocation: Invocation,
  context: Context,
  asked: Pick<ApplyOptions, 'selection' | 'message'>,
  kind: 'apply' | 'restore',
): Promise<number> {
  refuseRecordsOfRoot(context, `where this host allows it: ${restoringCommand(context, context.invoker.account.name)}`);
  const { drawsProgress } = invocation.terminal;
  const withUnits = kind === 'apply' && wantsUnits(invocation.args);
  const told = new Set<UserPlan>();
  const onSettled: ApplyOptions['onSettled'] = (settled, soFar) => {
    if (!tellsJournal(invocation)) return;
    for (const user of settled) {
      writeJournal(invocation, userJournal(user, soFar));
      told.add(user);
    }
  };
  const line = linesOf(invocation);
  const onStep = (step: ApplyStep): void => {
    for (const event of eventsOf(step)) line(event);
  };
  const application = await applyPlan(context, { ...asked, drawsProgress, withUnits, onStep, onSettled });
  if (application.kind === 'refused') throw new UnknownRefusal('selection', ...application.problems);
  const { lockedOut } = application;
  const diagnostics = [...application.applied.diagnostics, ...publishMetrics(context, version, renderMetricsText)];
  const applied = { ...application.applied, diagnostics };
  const exitCode = exitCodeOf(applied, lockedOut);
  if (tellsLines(invocation)) {
    writeDiagnostics(invocation, diagnostics);
    line(endEvent(applied, kind, exitCode));
    return exitCode;
  }
  writeResult(invocation, {
    document: () => applyDocument(applied, kind),
    text: (options) => renderApplyText(applied, options),
    journal: () => applyJournal(applied, told),
    diagnostics,
  });
  return exitCode;
}

function exitCodeOf(applied: AppliedPlan, lockedOut: readonly LockedOut[]): number {
  const { failed, createdWithoutConversation, deferred } = summaryOfOutcomes(applied);
  if (failed > 0 || createdWithoutConversation > 0) return exitCodes.failed;
  if (lockedOut.some((one) => one.kind === 'busy')) return exitCodes.locked;
  return applied.complete && deferred === 0 ? exitCodes.done : exitCodes.incomplete;
}
