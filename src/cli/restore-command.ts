import { nothingSelected } from '../core/selection.ts';
import { runApply } from './apply-command.ts';
import type { Invocation } from './invocation.ts';
import { openContext } from './open-context.ts';

/** What a reboot or a crash took, and what was stopped in an orderly way; for one user also what is in conflict. */
export async function run(invocation: Invocation): Promise<number> {
  const asked = invocation.args.positionals;
  const context = await openContext(invocation, asked);
  const selection = { ...nothingSelected, include: ['server-stopped'], besideConflicts: asked.length > 0 } as const;
  return runApply(invocation, context, selection, 'restore');
}
