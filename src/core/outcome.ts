import { type Action, isPending } from './action.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { SessionChange } from './history.ts';
import type { Plan } from './plan.ts';
import type { UnitAction } from './units.ts';

/** What became of one action. */
export type Outcome =
  | {
      /** The second: it is there, but a conversation that it had is not. */
      readonly kind: 'created' | 'created-without-conversation';
      /** The name that it got. */
      readonly as: string;
      /** What is not as it was, in words: a directory that is missing now, a pane that did not fit. */
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'resumed';
      /** What is worth knowing: where the shell is now whose place the agent has taken. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'already-live' }
  | {
      readonly kind: 'failed';
      /** The words of the program that refused, or why it was not asked. */
      readonly message: string;
    }
  | { readonly kind: 'deferred'; readonly message: string };

export const outcomeKinds = [
  'created',
  'created-without-conversation',
  'resumed',
  'already-live',
  'failed',
  'deferred',
] as const;

/** How many actions of a user came to what. */
export type OutcomeCounts = Readonly<Record<Outcome['kind'], number>>;

/** What became of one action about a unit. */
export type UnitOutcome = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** A plan that was acted on. */
export interface AppliedPlan {
  /** As it was worked out just before acting. */
  readonly plan: Plan;
  /** What acting gave, by the actions of `plan`; an action that was not acted on has none. */
  readonly outcomes: ReadonlyMap<Action, Outcome>;
  /** What acting on units gave; an action that was not acted on has none. */
  readonly unitOutcomes: ReadonlyMap<UnitAction, UnitOutcome>;
  /** The plan's own, and those of acting. */
  readonly diagnostics: readonly Diagnostic[];
  /** False when some user could not be observed, before or after. */
  readonly complete: boolean;
}

interface OutcomeSummary {
  readonly created: number;
  readonly createdWithoutConversation: number;
  readonly resumed: number;
  readonly alreadyLive: number;
  /** Units included. */
  readonly failed: number;
  readonly deferred: number;
  /** What was done about units. */
  readonly units: number;
  readonly hold: number;
  /** Conflicts that were not acted on. */
  readonly conflict: number;
}

/** The outcome of one action of the plan; null where there was nothing to do about it. */
export function outcomeOf(action: Action, { outcomes }: Pick<AppliedPlan, 'outcomes'>): Outcome | null {
  const outcome = outcomes.get(action);
  if (outcome !== undefined) return outcome;
  if (action.action === 'live') return { kind: 'already-live' };
  return isPending(action) ? { kind: 'deferred', message: 'the run ended before its turn' } : null;
}

export const noOutcomes: OutcomeCounts = {
  created: 0,
  'created-without-conversation': 0,
  resumed: 0,
  'already-live': 0,
  failed: 0,
  deferred: 0,
};

/** Counts what became of some actions of the plan. */
export function countOutcomes(actions: readonly Action[], applied: Pick<AppliedPlan, 'outcomes'>): OutcomeCounts {
  const counts = { ...noOutcomes };
  for (const action of actions) {
    const outcome = outcomeOf(action, applied);
    if (outcome !== null) counts[outcome.kind] += 1;
  }
  return counts;
}

/** Counts what became of every action. */
export function summaryOfOutcomes(applied: AppliedPlan): OutcomeSummary {
  const actions = applied.plan.users.flatMap((user) => user.actions);
  const counts = countOutcomes(actions, applied);
  const { created, resumed, 'already-live': alreadyLive, failed, deferred } = counts;
  const unitOutcomes = [...applied.unitOutcomes.values()];
  return {
    created,
    createdWithoutConversation: counts['created-without-conversation'],
    resumed,
    alreadyLive,
    failed: failed + unitOutcomes.filter(({ kind }) => kind === 'failed').length,
    deferred,
    units: unitOutcomes.filter(({ kind }) => kind === 'done').length,
    hold: actions.filter((action) => action.action === 'hold').length,
    conflict: actions.filter((action) => action.action === 'conflict' && outcomeOf(action, applied) === null).length,
  };
}

/** What a save did for one user; `unknown`, `failed` and `busy` left everything as it was. */
export interface SaveResult {
  readonly user: string;
  readonly result: 'saved' | 'unchanged' | 'unknown' | 'failed' | 'busy' | 'no-account';
  /** Why nothing was recorded; null when the record is up to date. */
  readonly reason: string | null;
  /** The snapshot that holds the record now; null when there is none. */
  readonly snapshot: string | null;
  readonly live: number;
  readonly gone: number;
  /** What happened to sessions since the record before; nothing where no snapshot was stored. */
  readonly changes: readonly SessionChange[];
}

/** Whether the user's record is as good as it can be: written, found unchanged, or of nobody. */
export function isUpToDate({ result }: SaveResult): boolean {
  return result === 'saved' || result === 'unchanged' || result === 'no-account';
}
