import { nothingSelected } from '../../core/plan/selection.ts';
import { runApply } from './apply-command.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { snapshotIdIn } from '../selection-arguments.ts';
import { oneUserAnd } from '../user-arguments.ts';

/** Brings back the named sessions of one snapshot; one unknown name refuses all. */
export async function run(invocation: Invocation): Promise<number> {
  const {
    user,
    rest: [word = '', ...names],
  } = oneUserAnd(invocation.args);
  const selection = { ...nothingSelected, at: snapshotIdIn(word), asOffered: true, sessions: [...new Set(names)] };
  const context = await openContext(invocation, [user], 'act');
  return runApply(invocation, context, { selection, message: null }, 'restore');
}
