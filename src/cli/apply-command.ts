import type { Invocation } from './invocation.ts';
import { openContext } from './open-context.ts';
import { runApply } from './run-apply.ts';
import { selectionOf } from './selection-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const selection = selectionOf(invocation.args);
  return runApply(invocation, await openContext(invocation, invocation.args.all('user')), selection, 'apply');
}
