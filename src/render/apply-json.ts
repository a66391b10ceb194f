import type { Action } from '../core/action.ts';
import { outcomeOf, summaryOfOutcomes, type AppliedPlan, type Outcome } from '../core/outcome.ts';
import type { UserPlan } from '../core/plan.ts';
import { formatVersion } from './json-text.ts';
import { actionFields, userFields } from './plan-json.ts';

/** The JSON document of an apply or a restore: the plan that was acted on, with one outcome per action. */
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
