import type { LiveAction } from '../../core/plan/action.ts';
import { conversationsOf, recordedPanesOf } from '../../core/manifest.ts';
import { plan, type Plan, type PlannedUser, type UserPlan } from '../../core/plan/plan.ts';
import type { Selection } from '../../core/plan/selection.ts';
import { isHeldByLive } from '../../core/servers.ts';
import { noUnits, type UnitsPlan } from '../../core/units/units.ts';
import type { Context } from '../context.ts';
import { type Assessment, diagnosticsOf } from '../observe/assess-users.ts';
import { clockDigits } from './clock-digits.ts';
import { selectCandidates } from './select-candidates.ts';

export type Planning =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** Compares the assessments with the desired state. Reads older snapshots only when the selection asks for them. */
export function makePlan(
  context: Context,
  assessments: readonly Assessment[],
  selection: Selection,
  units: UnitsPlan = noUnits,
): Planning {
  const selected = selectCandidates(context, assessments, selection);
  if (selected.kind === 'refused') return selected;
  const users = assessments.map((assessment): PlannedUser => {
    const { rosterUser, account, observation, stored, manifest } = assessment;
    const candidates = selected.byUser.get(rosterUser.name) ?? [];
    return {
      rosterUser,
      hasAccount: account !== null,
      observation,
      // `--at` without names selects every session of that snapshot.
      candidates:
        selection.at === null || selection.sessions.length > 0
          ? candidates
          : candidates.map((one) => ({ ...one, selected: true })),
      selection,
      clockDigits,
      home: account?.home ?? null,
      snapshot: stored.origin.kind === 'snapshot' ? stored.origin.id : null,
      configFiles: manifest?.configFiles ?? null,
    };
  });
  const made = plan({
    host: context.host.hostname,
    now: context.now().toISOString(),
    roster: { path: context.roster.path, users: context.roster.users.length },
    givenOptions: context.givenOptions,
    recordsKeeper: context.recordsKeeper,
    users,
    units,
    diagnostics: diagnosticsOf(context, assessments),
  });
  const problems = selection.sessions.length === 0 ? [] : made.users.flatMap(problemsOf);
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'planned', plan: made };
}

/** Named sessions for which the plan does nothing. Without a message the user would wait for them. */
function problemsOf({ rosterUser, actions, observation, selection }: UserPlan): readonly string[] {
  return actions.flatMap((action) => {
    const { selected, session } = action.candidate;
    // A page is older than what runs: what has come back since needs nothing.
    if (selection.asOffered && isHeldByLive(conversationsOf(session), observation)) return [];
    const staysAway = selected && (action.action === 'hold' || (action.action === 'live' && isMissed(action)));
    return staysAway
      ? [
          `${session.name} of ${rosterUser.name} stays ${action.action === 'hold' ? 'away' : 'as it is'}: ${action.reason}`,
        ]
      : [];
  });
}

/**
 * Whether the user asked by id for a conversation that has ended in a live session, and the plan does not resume it.
 */
function isMissed({ candidate: { session, selectedConversations } }: LiveAction): boolean {
  return recordedPanesOf(session).some(
    ({ conversation }) =>
      conversation !== null && selectedConversations.includes(conversation.id) && conversation.ended !== null,
  );
}
