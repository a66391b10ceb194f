import { forgetSessions } from '../reconcile/forget-sessions.ts';
import { exitCodes } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { openContext } from './open-context.ts';
import { Refusal } from './refusal.ts';
import { printable } from '../render/printable.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, terminal } = invocation;
  const [user = '', ...selectors] = args.positionals;
  const result = await forgetSessions(await openContext(invocation, [user]), selectors);
  switch (result.kind) {
    case 'forgotten':
      for (const name of result.names) terminal.writeOut(`${user}: forgot ${printable(name)}\n`);
      return exitCodes.done;
    case 'refused':
      throw new Refusal(...result.problems);
    case 'locked':
      terminal.writeError(`tmux-persist: ${user}: ${printable(result.reason)}\n`);
      return exitCodes.locked;
    case 'not-recorded':
      terminal.writeError(`tmux-persist: ${user}: ${printable(result.reason)}\n`);
      return exitCodes.incomplete;
  }
}
