import type { Excerpt } from '../core/diagnostic.ts';

export { exitCodes } from '../core/exit-codes.ts';

/** The reason why nothing was done, one line per problem. Becomes exit status 2. */
export class Refusal extends Error {
  readonly problems: readonly string[];
  /** The lines of files that problems are about. */
  readonly excerpts: ReadonlyMap<string, Excerpt> = new Map();
  /** What else somebody should know who sees the problems; null for nothing. */
  readonly hint: string | null = null;

  constructor(...problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'Refusal';
    this.problems = problems;
  }
}
