import type { Excerpt } from '../core/diagnostic.ts';

/** The meaning of each exit status for scripts. */
export const exitCodes = {
  done: 0,
  failed: 1,
  refused: 2,
  pending: 3,
  incomplete: 4,
  locked: 5,
  interrupted: 130,
  terminated: 143,
} as const;

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
