import { isUpToDate } from '../core/save-result.ts';
import { saveUsers } from '../reconcile/save-users.ts';
import { saveDocument } from '../render/save-json.ts';
import { renderSaveText } from '../render/save-text.ts';
import { exitCodes } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openContext } from './open-context.ts';
import { publishMetrics } from './publish-metrics.ts';
import { writeResult } from './write-result.ts';

export async function run(invocation: Invocation): Promise<number> {
  const context = await openContext(invocation, invocation.args.all('user'));
  const { results, diagnostics: found } = await saveUsers(context);
  const diagnostics = [...found, ...publishMetrics(context)];
  const facts = { host: context.host.hostname, createdAt: context.now().toISOString() };
  writeResult(invocation, {
    document: () => saveDocument({ ...facts, results, diagnostics }),
    text: (options) => renderSaveText(results, options),
    diagnostics,
  });
  if (results.some(({ result }) => result === 'busy')) return exitCodes.locked;
  return results.every(isUpToDate) ? exitCodes.done : exitCodes.incomplete;
}
