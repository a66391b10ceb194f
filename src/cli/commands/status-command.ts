import { isTimerStopped } from '../../core/units/unit-health.ts';
import { reportStatus } from '../../reconcile/observe/report-status.ts';
import { renderStatusText, statusDocument } from '../../render/status.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { writeResult } from '../output.ts';
import { askedUsers } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const asked = askedUsers(invocation.args);
  const context = await openContext(invocation, asked, 'record');
  const isOfAll = asked.length === 0;
  // Whose records root keeps means oneself.
  const withStrangers = isOfAll && context.recordsKeeper === 'invoker';
  const status = await reportStatus(context, { withStrangers, withUnits: isOfAll });
  writeResult(invocation, {
    document: () => statusDocument(status),
    text: (options) => renderStatusText(status, options),
    diagnostics: status.diagnostics,
  });
  if (status.units !== null && isTimerStopped(status.units)) return exitCodes.failed;
  const isUnknown = status.users.some(({ observation }) => observation?.kind === 'unknown');
  const areUnitsUnknown = status.diagnostics.some(({ code }) => code === 'units-unknown');
  const isRosterBroken = context.diagnostics.some(({ severity }) => severity === 'error');
  return isUnknown || areUnitsUnknown || isRosterBroken ? exitCodes.incomplete : exitCodes.done;
}
