import { nothingSelected } from '../../core/plan/selection.ts';
import { runApply } from './apply-command.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { askedUsers } from '../user-arguments.ts';

/** Restores losses by a reboot or a crash, and orderly stopped sessions; for one user also those in conflict. */
export async function run(invocation: Invocation): Promise<number> {
  const asked = askedUsers(invocation.args);
  const context = await openContext(invocation, asked, 'act');
  const selection = { ...nothingSelected, include: ['server-stopped'], besideConflicts: asked.length > 0 } as const;
  return runApply(invocation, context, { selection, message: null }, 'restore');
}
