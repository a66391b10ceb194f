import type { Action } from '../../core/plan/action.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { countOutcomes, type Outcome } from '../../core/plan/outcome.ts';
import type { UserPlan } from '../../core/plan/plan.ts';
import { writeLastApply } from '../../state/last-apply.ts';
import { StateWriteError } from '../../system/errors.ts';
import type { Context } from '../context.ts';

/**
 * Stores the outcomes of an apply for each observed user, for the metrics of later runs. The caller must hold the
 * users' locks. A failure is only a warning, because no session depends on it. One warning is enough, because all files
 * are in one place.
 */
export function rememberOutcomes(
  context: Context,
  users: readonly UserPlan[],
  outcomes: ReadonlyMap<Action, Outcome>,
): readonly Diagnostic[] {
  const time = context.now().toISOString();
  try {
    for (const { rosterUser, observation, actions } of users) {
      const account = context.accounts.get(rosterUser.name);
      if (account === undefined || observation.kind === 'unknown') continue;
      const lastApply = { formatVersion: 1, time, outcomes: countOutcomes(actions, { outcomes }) } as const;
      writeLastApply(context.stateDirectory, account, lastApply);
    }
    return [];
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
    return [{ severity: 'warning', code: 'metrics-not-written', user: null, message: error.message }];
  }
}
