import type { Invocation } from './invocation.ts';
import type { Option } from './options.ts';

/** What is known of a command without loading its code. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Positional arguments as help shows them. */
  readonly positionals: string;
  readonly positionalCount: { readonly min: number; readonly max: number };
  /** Whether an empty word is one of its words, and no mistake of a script. */
  readonly takesEmptyWords?: true;
  /** Whether the words name users, or the first of them one user. Then `--user` is another way to name them. */
  readonly users: 'any' | 'one' | 'none';
  readonly options: readonly Option[];
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Whether its result is shown in a pager on a terminal. */
  readonly isPaged: boolean;
  /** Loads the command's code only when it is used. */
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<number> }>;
}

/** The command and its words, as one types them: `show USER [SNAPSHOT]`. */
export function synopsisOf({ name, positionals }: Pick<Command, 'name' | 'positionals'>): string {
  return positionals === '' ? name : `${name} ${positionals}`;
}
