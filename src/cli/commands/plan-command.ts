import { noUnits } from '../../core/units/units.ts';
import { makePlan } from '../../reconcile/apply/make-plan.ts';
import { assessUsers } from '../../reconcile/observe/assess-users.ts';
import { lookAtUnits, unitsPlanOf } from '../../reconcile/observe/look-at-units.ts';
import { planDocument } from '../../render/plan/plan-json.ts';
import { renderPlanText } from '../../render/plan/plan-text.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { writeResult } from '../output.ts';
import { selectionOf, wantsUnits } from '../selection-arguments.ts';
import { askedUsers } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args } = invocation;
  const selection = selectionOf(args);
  const context = await openContext(invocation, askedUsers(args), 'act');
  const units = wantsUnits(args) ? unitsPlanOf(await lookAtUnits(context)) : noUnits;
  const planning = makePlan(context, await assessUsers(context, context.users, 'leave-out'), selection, units);
  if (planning.kind === 'refused') throw new Refusal(...planning.problems);
  const { plan } = planning;
  writeResult(invocation, {
    document: () => planDocument(plan),
    text: (options) => renderPlanText(plan, { ...options, held: args.has('held') }),
    diagnostics: plan.diagnostics,
  });
  if (!plan.complete) return exitCodes.incomplete;
  return plan.pending && args.has('exit-code') ? exitCodes.pending : exitCodes.done;
}
