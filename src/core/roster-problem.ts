/** Something wrong with a roster file, at a place in it. Lines and columns count from 1. */
export interface RosterProblem {
  readonly severity: 'error' | 'warning';
  readonly code: RosterProblemCode;
  readonly line: number;
  readonly column: number;
  /** Lower case, subject first. */
  readonly message: string;
}

export type RosterProblemCode =
  | 'too-large'
  | 'syntax'
  | 'duplicate-key'
  | 'alias-bomb'
  | 'key-not-text'
  | 'unknown-key'
  | 'invalid-value'
  | 'missing-key'
  | 'duplicate-item'
  | 'namespaces-required'
  | 'namespaces-unused'
  | 'repos-without-workspace'
  | 'reserved-repo'
  | 'duplicate-login'
  | 'no-users';

/** The problem on one line, in the form that editors and terminals make clickable. */
export function rosterProblemText(path: string, problem: RosterProblem): string {
  const severity = problem.severity === 'warning' ? 'warning: ' : '';
  return `${path}:${problem.line}:${problem.column}: ${severity}${problem.message}`;
}
