import type { Excerpt } from '../core/diagnostic.ts';

export { exitCodes } from '../core/exit-codes.ts';

/** What somebody asked for by a name that this host does not know. */
export type Unknown = 'login' | 'user' | 'snapshot' | 'selection';

/** The reason why nothing was done, one line per problem. Becomes exit status 2. */
export class Refusal extends Error {
  readonly problems: readonly string[];
  /** The lines of files that problems are about. */
  readonly excerpts: ReadonlyMap<string, Excerpt> = new Map();
  /** What else somebody should know who sees the problems; null for nothing. */
  readonly hint: string | null = null;
  /** null where nobody could have asked better: the host itself is to be mended, or the words made no sense. */
  readonly unknown: Unknown | null = null;

  constructor(...problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'Refusal';
    this.problems = problems;
  }
}

/** A refusal of a request that is about nothing here: by asking for something else it would be answered. */
export class UnknownRefusal extends Refusal {
  override readonly unknown: Unknown;

  constructor(unknown: Unknown, ...problems: readonly string[]) {
    super(...problems);
    this.unknown = unknown;
  }
}
