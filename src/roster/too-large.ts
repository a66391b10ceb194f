import type { RosterProblem } from '../core/roster-problem.ts';

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
