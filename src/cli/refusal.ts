/** Nothing was done, and this is why: one line per problem. Becomes exit status 2. */
export class Refusal extends Error {
  readonly problems: readonly string[];

  constructor(...problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'Refusal';
    this.problems = problems;
  }
}
