import type { Roster } from '../core/roster.ts';
import type { RosterProblem } from '../core/roster-problem.ts';

/** What reading a roster gave: no roster when any problem is an error. Problems are in file order. */
export interface RosterReading {
  readonly roster: Roster | null;
  readonly problems: readonly RosterProblem[];
}
