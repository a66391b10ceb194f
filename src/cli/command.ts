import type { Invocation } from './invocation.ts';
import type { Option } from './options.ts';

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Positional arguments as help shows them. */
  readonly positionals: string;
  readonly positionalCount: { readonly min: number; readonly max: number };
  readonly options: readonly Option[];
  /** Loads the command's code only when it is used. */
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<number> }>;
}
