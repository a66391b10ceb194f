import { exitCodes } from '../exit-codes.ts';
import { helpText } from '../help.ts';
import type { Invocation } from '../invocation.ts';
import { commandNamed } from '../parse-arguments.ts';

/** `help [COMMAND]`, another way to write `--help`. */
export function run({ args, terminal }: Invocation): Promise<number> {
  const [name] = args.positionals;
  terminal.writeOut(helpText(name === undefined ? null : commandNamed(name)));
  return Promise.resolve(exitCodes.done);
}
