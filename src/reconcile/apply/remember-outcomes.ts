import type { Action } from '../../core/action.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { countOutcomes, type Outcome } from '../../core/outcome.ts';
import type { UserPlan } from '../../core/plan.ts';
import { writeLastApply } from '../../state/last-apply.ts';
import { StateWriteError } from '../../system/errors.ts';
import type { Context } from '../context.ts';

/**
 * Keeps what an apply came to for each of these users whom it could look at, for the metrics of later runs. Only under the users'
 * locks. No session depends on it, so that a failure is only a warning; and one is enough, for all of it is in one place.
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
