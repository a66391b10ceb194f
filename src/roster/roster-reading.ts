import type { Roster, RosterProblem } from '../core/roster.ts';

/** The result of reading a roster; no roster when an error concerns all of it. Problems are in file order. */
export interface RosterReading {
  readonly roster: Roster | null;
  readonly problems: readonly RosterProblem[];
}

/** A roster of a thousand users has some 200 KiB. */
export const maxRosterBytes = 1024 * 1024;

/** The problem of a text that is too long for a roster; null for any other text. */
export function tooLarge(text: string): RosterProblem | null {
  if (Buffer.byteLength(text) <= maxRosterBytes) return null;
  return {
    severity: 'error',
    user: null,
    code: 'too-large',
    line: 1,
    column: 1,
    message: `roster is larger than ${maxRosterBytes / 1024} KiB`,
  };
}

/** Sorts problems by place and removes duplicates, because several aliases may share one wrong value. An error stays. */
export function inFileOrder(problems: readonly RosterProblem[]): readonly RosterProblem[] {
  const distinct = new Map<string, RosterProblem>();
  for (const problem of problems) {
    const key = `${problem.line}:${problem.column}:${problem.message}`;
    if (distinct.get(key)?.severity !== 'error') distinct.set(key, problem);
  }
  return [...distinct.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Removes the byte order mark that some editors write, so that columns match what an editor shows. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
