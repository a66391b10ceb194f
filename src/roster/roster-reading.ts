import type { Roster, RosterProblem } from '../core/roster.ts';

/** What reading a roster gave: no roster when any problem is an error. Problems are in file order. */
export interface RosterReading {
  readonly roster: Roster | null;
  readonly problems: readonly RosterProblem[];
}

/** A roster of a thousand users has some 200 KiB. */
export const maxRosterBytes = 1024 * 1024;

/** The problem of a text that is too long to be a roster. */
export function tooLarge(text: string): RosterProblem | null {
  if (Buffer.byteLength(text) <= maxRosterBytes) return null;
  return {
    severity: 'error',
    code: 'too-large',
    line: 1,
    column: 1,
    message: `roster is larger than ${maxRosterBytes / 1024} KiB`,
  };
}

/** Sorts problems by their place, and drops repetitions: a value that several aliases share is wrong only once. */
export function inFileOrder(problems: readonly RosterProblem[]): readonly RosterProblem[] {
  const distinct = new Map(
    problems.map((problem) => [`${problem.line}:${problem.column}:${problem.message}`, problem]),
  );
  return [...distinct.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Drops the mark that some editors put in front, so that columns count what one sees. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
