import type { Action } from '../../core/plan/action.ts';
import type { AppliedPlan, Outcome } from '../../core/plan/outcome.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { isPending } from '../../core/plan/action.ts';
import { qualifiedName } from '../../core/manifest.ts';
import { applyDocument } from './apply.ts';
import { errorDocument } from '../text/json-text.ts';
import { printable } from '../text/printable.ts';

/** The events of `--json=lines`: what will be done, each session as it comes up, and the end. */
export function beginEvent(plan: Pick<Plan, 'users'>) {
  const [user] = plan.users;
  const sessions = plan.users.flatMap(({ actions }) => actions.filter(isTold));
  return {
    event: 'begin' as const,
    user: user?.rosterUser.name ?? '',
    sessions: sessions.map((action) => ({ name: nameOf(action), target: targetOf(action) })),
  };
}

export function sessionEvent(action: Action, outcome: Outcome) {
  const target = 'as' in outcome ? outcome.as : targetOf(action);
  const notes = notesOf(outcome).map(printable);
  return { event: 'session' as const, name: nameOf(action), target, outcome: outcome.kind, notes };
}

/** Sessions that were asked for and need nothing. */
export function needlessEvents(plan: Pick<Plan, 'users'>) {
  const needless = plan.users.flatMap(({ actions }) => actions.filter((one) => isTold(one) && !isPending(one)));
  return needless.map((action) => ({
    ...sessionEvent(action, { kind: 'already-live' }),
    notes: [printable(action.reason)],
  }));
}

export function endEvent(applied: AppliedPlan, kind: 'apply' | 'restore', exitCode: number) {
  return { event: 'end' as const, exitCode, document: applyDocument(applied, kind) };
}

export function errorEvent(exitCode: number, problems: readonly string[], unknown: string | null) {
  return { event: 'error' as const, exitCode, document: errorDocument(exitCode, problems, unknown) };
}

function isTold(action: Action): boolean {
  return isPending(action) || action.candidate.selected;
}

/** The name that was asked for; a session that was renamed since the snapshot runs under another one. */
function nameOf({ candidate: { session } }: Action): string {
  return qualifiedName(session);
}

function targetOf(action: Action): string {
  switch (action.action) {
    case 'create':
    case 'conflict':
      return action.as;
    case 'resume':
      return action.into.name;
    case 'hold':
    case 'live':
      return action.candidate.session.name;
  }
}

function notesOf(outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case 'created':
    case 'created-without-conversation':
    case 'resumed':
      return outcome.notes;
    case 'failed':
    case 'deferred':
      return [outcome.message];
    case 'already-live':
      return [];
  }
}
