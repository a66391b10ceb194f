import { type Action, isPending } from './action.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Reader } from '../own-command.ts';
import { planUser, type UserSituation } from './plan-user.ts';
import type { UnitsPlan } from '../units/units.ts';

/** What should be done, and why. The same input gives the same plan. */
export interface Plan extends Reader {
  readonly host: string;
  readonly createdAt: string;
  readonly roster: { readonly path: string | null; readonly users: number };
  readonly users: readonly UserPlan[];
  readonly units: UnitsPlan;
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: Summary;
  /** Whether `apply` would change anything. */
  readonly pending: boolean;
  /** False when a user or the host's units could not be observed, or when no record of a user could be read. */
  readonly complete: boolean;
}

export interface UserPlan extends PlannedUser {
  readonly actions: readonly Action[];
}

/** A user's situation, with the source of the records for the reader of the plan. */
export interface PlannedUser extends UserSituation {
  readonly home: string | null;
  /** The snapshot that holds the manifest; null when there is none yet. */
  readonly snapshot: string | null;
  /** The recorded configuration files of the user's server; null for the default ones. */
  readonly configFiles: readonly string[] | null;
}

type Summary = Readonly<Record<Action['action'] | 'units', number>>;

interface PlanInput extends Reader {
  readonly host: string;
  readonly now: string;
  readonly roster: { readonly path: string | null; readonly users: number };
  readonly users: readonly PlannedUser[];
  readonly units: UnitsPlan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compares the desired state with the observed state. It has no side effects and never throws. */
export function plan(input: PlanInput): Plan {
  const { units } = input;
  const users = input.users.map((user) => ({ ...user, actions: planUser(user) }));
  const actions = users.flatMap((user) => user.actions);
  const diagnostics = [...input.diagnostics, ...units.diagnostics];
  return {
    host: input.host,
    createdAt: input.now,
    roster: input.roster,
    givenOptions: input.givenOptions,
    recordsKeeper: input.recordsKeeper,
    users,
    units,
    diagnostics,
    summary: { ...summaryOf(actions), units: units.actions.length },
    pending: actions.some(isPending) || units.actions.length > 0,
    complete: users.every((user) => user.observation.kind !== 'unknown') && !diagnostics.some(isError),
  };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function summaryOf(actions: readonly Action[]): Omit<Summary, 'units'> {
  const count = (kind: Action['action']): number => actions.filter((one) => one.action === kind).length;
  return {
    create: count('create'),
    resume: count('resume'),
    conflict: count('conflict'),
    hold: count('hold'),
    live: count('live'),
  };
}
