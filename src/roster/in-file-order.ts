import type { RosterProblem } from '../core/roster-problem.ts';

/** Sorts problems by their place, and drops repetitions: a value that several aliases share is wrong only once. */
export function inFileOrder(problems: readonly RosterProblem[]): readonly RosterProblem[] {
  const distinct = new Map(
    problems.map((problem) => [`${problem.line}:${problem.column}:${problem.message}`, problem]),
  );
  return [...distinct.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}
