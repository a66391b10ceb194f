import type { Instant } from '../../core/heal/earlier-heals.ts';
import { beginHeal, type HealDecision } from '../../core/heal/heal.ts';
import { boundedHeals, type HealRecord, type HealRecords } from '../../core/heal/heal-records.ts';
import type { LostSession } from '../../core/heal/lost-session.ts';
import { type AppliedPlan, type Outcome, outcomeOf } from '../../core/plan/outcome.ts';
import type { RosterUser } from '../../core/roster.ts';
import { isLoss, nothingSelected } from '../../core/plan/selection.ts';
import type { WatchEvent } from '../../core/report/watch-event.ts';
import { writeHeals } from '../../state/heals.ts';
import { StateWriteError } from '../../system/errors.ts';
import { applyPlan } from '../apply/apply-plan.ts';
import type { Context } from '../context.ts';

interface Healed {
  readonly records: HealRecords;
  /** What was tried now. */
  readonly tried: readonly HealRecord[];
  readonly event: WatchEvent;
}

interface Heal {
  readonly decisions: readonly HealDecision[];
  readonly begunAt: Instant;
  readonly before: HealRecords;
}

/**
 * Brings back some lost sessions of one user, and nothing else. That it was tried is on disk before anything is
 * created: a heal that nobody remembers would be repeated.
 */
export async function bringBack(
  context: Context,
  user: RosterUser,
  { decisions, begunAt, before }: Heal,
): Promise<Healed> {
  const { name } = user;
  const trials = decisions.map((decision) => ({
    lost: decision.lost,
    record: beginHeal(decision, decision.lost.name, begunAt),
  }));
  const begun = trials.map(({ record }) => record);
  const withHeals = (heals: readonly HealRecord[]): HealRecords =>
    boundedHeals({ ...before, heals: [...before.heals, ...heals] }, begunAt.wallMs);
  const problem = keepHeals(context, name, withHeals(begun));
  if (problem !== null) {
    return { records: before, tried: begun, event: { kind: 'heal-failed', user: name, reason: problem } };
  }
  const ended = await applied(context, user, decisions);
  const tried = trials.map((trial) => finished(trial, ended));
  const unkept = keepHeals(context, name, withHeals(tried));
  const event: WatchEvent =
    'reason' in ended
      ? { kind: 'heal-failed', user: name, reason: ended.reason }
      : { kind: 'healed', user: name, applied: ended };
  return {
    records: withHeals(tried),
    tried,
    event: unkept === null ? event : { kind: 'heal-failed', user: name, reason: unkept },
  };
}

/** Returns why they could not be kept on disk; null when they are. */
export function keepHeals(context: Context, user: string, records: HealRecords): string | null {
  const account = context.accounts.get(user);
  if (account === undefined) return null;
  try {
    writeHeals(context.stateDirectory, account, records, context.now().getTime());
    return null;
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
    return error.message;
  }
}

/** How long a heal waits for another run that works for the user. */
const lockTimeoutMs = 30_000;

async function applied(
  context: Context,
  user: RosterUser,
  decisions: readonly HealDecision[],
): Promise<AppliedPlan | { readonly reason: string }> {
  const only = decisions.map(({ lost: { name, socket, goneAt } }) => ({ user: user.name, name, socket, goneAt }));
  const application = await applyPlan(
    { ...context, users: [user], lockTimeoutMs },
    {
      selection: { ...nothingSelected, only },
      message: user.policy.heal.message,
      drawsProgress: false,
      withUnits: false,
      onSettled: () => {},
    },
  );
  if (application.kind === 'refused') return { reason: application.problems.join('; ') };
  const [lockedOut] = application.lockedOut;
  return lockedOut === undefined ? application.applied : { reason: lockedOut.reason };
}

function finished(
  { lost, record }: { readonly lost: LostSession; readonly record: HealRecord },
  ended: AppliedPlan | { readonly reason: string },
): HealRecord {
  // Another run has the user's lock. It may have brought the session back.
  if ('reason' in ended) return { ...record, outcome: 'deferred', message: ended.reason };
  const action = ended.plan.users.flatMap(({ actions }) => actions).find(({ candidate }) => isLoss(candidate, lost));
  const outcome = action === undefined ? null : outcomeOf(action, ended);
  return outcome === null || outcome === undefined
    ? { ...record, outcome: 'already-live' }
    : { ...record, ...outcomeFacts(outcome) };
}

function outcomeFacts(outcome: Outcome): Partial<HealRecord> {
  switch (outcome.kind) {
    case 'created':
    case 'created-without-conversation':
      return { outcome: outcome.kind, as: outcome.as };
    case 'resumed':
    case 'already-live':
      return { outcome: 'already-live' };
    case 'failed':
    case 'deferred':
      return { outcome: outcome.kind, message: outcome.message };
  }
}
