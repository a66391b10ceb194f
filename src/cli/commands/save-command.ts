import type { Diagnostic } from '../../core/diagnostic.ts';
import { isUpToDate } from '../../core/plan/outcome.ts';
import { optionWithValue, writingCommand } from '../../core/own-command.ts';
import type { Context } from '../../reconcile/context.ts';
import { keepRoster } from '../../reconcile/record/keep-roster.ts';
import { publishMetrics } from '../../reconcile/record/publish-metrics.ts';
import { saveUsers } from '../../reconcile/record/save-users.ts';
import { saveJournal } from '../../render/watch/journal.ts';
import { renderMetricsText } from '../../render/status/metrics-text.ts';
import { renderSaveText, saveDocument } from '../../render/records/save.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { writeResult } from '../output.ts';
import { askedUsers } from '../user-arguments.ts';
import { refuseRecordsOfRoot } from '../records-place.ts';
import { version } from '../version.ts';

export async function run(invocation: Invocation): Promise<number> {
  const context = await openContext(invocation, askedUsers(invocation.args), 'record');
  const ofOneself = optionWithValue('--user', context.invoker.account.name);
  refuseRecordsOfRoot(context, `an administrator can: ${writingCommand(context, 'save', ofOneself)}`);
  const { results, diagnostics: found } = await saveUsers(context);
  const kept = [...keepRoster(context), ...publishMetrics(context, version, renderMetricsText)];
  const diagnostics = [...found, ...kept];
  const facts = { host: context.host.hostname, createdAt: context.now().toISOString() };
  writeResult(invocation, {
    document: () => saveDocument({ ...facts, results, diagnostics }),
    text: (options) => renderSaveText(results, options),
    // Warnings about the roster go to the journal at boot, not every five minutes.
    journal: () =>
      saveJournal(
        results,
        diagnostics.filter((one) => one.severity === 'error' || !isOfTheRoster(context, one)),
      ),
    diagnostics,
  });
  // A user's failure decides the status before a lock of another run, which is no failure.
  if (results.some((one) => !isUpToDate(one) && one.result !== 'busy')) return exitCodes.incomplete;
  if (context.diagnostics.some(({ severity }) => severity === 'error')) return exitCodes.incomplete;
  return results.every(isUpToDate) ? exitCodes.done : exitCodes.locked;
}

function isOfTheRoster(context: Context, diagnostic: Diagnostic): boolean {
  return diagnostic.code === 'no-account' || context.diagnostics.includes(diagnostic);
}
