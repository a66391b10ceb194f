import type { Action } from '../../core/action.ts';
import { beginHeal, type HealDecision, type LostSession } from '../../core/heal.ts';
import type { HealRecord, HealRecords } from '../../core/heal-records.ts';
import { type AppliedPlan, type Outcome, outcomeOf } from '../../core/outcome.ts';
import type { RosterUser } from '../../core/roster.ts';
import { nothingSelected } from '../../core/selection.ts';
import type { WatchEvent } from '../../core/watch-event.ts';
import { writeHeals } from '../../state/heals.ts';
import { StateWriteError } from '../../system/errors.ts';
import { applyPlan } from '../apply/apply-plan.ts';
import type { Context } from '../context.ts';

interface Tried {
  readonly records: HealRecords;
  readonly event: WatchEvent;
}

/**
 * Brings back some lost sessions of one user, and nothing else. That it was tried is on disk before anything is
 * created: a heal that nobody remembers would be repeated.
 */
export async function bringBack(
  context: Context,
  user: RosterUser,
  decisions: readonly HealDecision[],
  before: HealRecords,
): Promise<Tried> {
  const wallMs = context.now().getTime();
  const begun = decisions.map((decision) => beginHeal(decision, decision.lost.name, { wallMs, monotonicMs: 0 }));
  const trying = { ...before, heals: [...before.heals, ...begun] };
  const problem = keepHeals(context, user.name, trying);
  if (problem !== null) return { records: trying, event: { kind: 'heal-failed', user: user.name, reason: problem } };
  const ended = await applied(context, user, decisions);
  const heals = begun.map((record, at) => finished(record, decisions[at]?.lost ?? null, ended));
  const records = { ...before, heals: [...before.heals, ...heals] };
  const unkept = keepHeals(context, user.name, records);
  if (unkept !== null) return { records, event: { kind: 'heal-failed', user: user.name, reason: unkept } };
  return {
    records,
    event:
      'reason' in ended
        ? { kind: 'heal-failed', user: user.name, reason: ended.reason }
        : { kind: 'healed', user: user.name, applied: ended },
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
  record: HealRecord,
  lost: LostSession | null,
  ended: AppliedPlan | { readonly reason: string },
): HealRecord {
  // Another run has the user's lock. It may have brought the session back.
  if ('reason' in ended) return { ...record, outcome: 'deferred', message: ended.reason };
  const action = ended.plan.users.flatMap(({ actions }) => actions).find((one) => lost !== null && isAbout(one, lost));
  const outcome = action === undefined ? null : outcomeOf(action, ended);
  return outcome === null || outcome === undefined
    ? { ...record, outcome: 'already-live' }
    : { ...record, ...outcomeFacts(outcome) };
}

function isAbout({ candidate: { session, goneAt } }: Action, lost: LostSession): boolean {
  return session.name === lost.name && session.socket === lost.socket && goneAt === lost.goneAt;
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
