import type { Diagnostic } from '../core/diagnostic.ts';
import { defaultPolicy, defaultStartPolicy, type Roster, type RosterUser, rosterProblemText } from '../core/roster.ts';
import { findRoster, loadRoster, RosterReadError } from '../roster/load-roster.ts';
import type { RosterReading } from '../roster/roster-reading.ts';
import type { Account } from '../system/accounts.ts';
import { Refusal } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { sayOnStderr } from './output.ts';

interface OpenedRoster {
  readonly roster: Roster;
  readonly diagnostics: readonly Diagnostic[];
}

/** The roster to use; without one, the invoking user alone. Throws Refusal with every problem of an invalid roster. */
export async function openRoster(invocation: Invocation, own: Account): Promise<OpenedRoster> {
  const path = findRoster({ flag: invocation.args.last('roster'), env: invocation.env });
  if (path === null) return selfRoster(invocation, own);
  const { roster, problems } = await readRoster(path);
  if (roster === null) {
    const errors = problems.filter((problem) => problem.severity === 'error');
    throw new Refusal(...errors.map((problem) => rosterProblemText(path, problem)));
  }
  const diagnostics = problems.map((problem): Diagnostic => {
    const message = `${path}:${problem.line}:${problem.column}: ${problem.message}`;
    return { severity: problem.severity, code: `roster-${problem.code}`, user: null, message };
  });
  return { roster, diagnostics };
}

/** Reads a roster file and returns its problems; throws Refusal only when the file cannot be read. */
export async function readRoster(path: string): Promise<RosterReading> {
  try {
    return await loadRoster(path);
  } catch (error) {
    if (error instanceof RosterReadError) throw new Refusal(error.message);
    throw error;
  }
}

function selfRoster({ args, terminal }: Invocation, own: Account): OpenedRoster {
  if (!args.has('quiet')) sayOnStderr(terminal, 'info', `there is no roster: this is about ${own.name} alone`);
  return { roster: { path: null, users: [selfAlone(own)], start: defaultStartPolicy }, diagnostics: [] };
}

/** The invoking user, of whom no roster says anything. */
export function selfAlone({ name }: Account): RosterUser {
  return { name, logins: [], parked: false, policy: defaultPolicy };
}
