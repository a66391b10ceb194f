import { completionScript, shells } from '../completion/shell-scripts.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';

/** `completion SHELL`: the script that lets a shell complete this program's words. */
export function run({ args, terminal }: Invocation): Promise<number> {
  const [word = ''] = args.positionals;
  const shell = shells.find((one) => one === word);
  if (shell === undefined)
    throw new Refusal(`${JSON.stringify(word)} has no completion here; ${shells.join(', ')} have`);
  terminal.writeOut(completionScript(shell));
  return Promise.resolve(exitCodes.done);
}
