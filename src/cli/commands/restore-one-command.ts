import { problemWithMessage } from '../../core/heal/first-prompt.ts';
import { nothingSelected } from '../../core/plan/selection.ts';
import { runApply } from './apply-command.ts';
import { Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { oneUserAnd } from '../user-arguments.ts';

/** Brings back one session, by its name or by the id of a conversation, and hands a message to its agent. */
export async function run(invocation: Invocation): Promise<number> {
  const {
    user,
    rest: [session = '', message = null],
  } = oneUserAnd(invocation.args);
  const problem = message === null ? null : problemWithMessage(message);
  if (problem !== null) throw new Refusal(`the message ${problem}`);
  const context = await openContext(invocation, [user], 'act');
  return runApply(invocation, context, { selection: { ...nothingSelected, sessions: [session] }, message }, 'restore');
}
