import { type Action, isPending } from './action.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { SessionChange } from '../record/history.ts';
import type { Plan } from './plan.ts';
import type { UnitAction } from '../units/units.ts';

/** The result of one action. */
export type Outcome =
  | {
      /**
       * `created-without-conversation`: the session exists, but at least one of its conversations did not come back.
       */
      readonly kind: 'created' | 'created-without-conversation';
      /** The name that the session got. */
      readonly as: string;
      /** What differs from the record, in words: a directory that is missing now, a pane that did not fit. */
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'resumed';
      /** What the user should know: where the shell is now whose place the agent has taken. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'already-live' }
  | {
      readonly kind: 'failed';
      /** The error text of the program that refused, or why the action was not tried. */
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

/** The number of one user's actions with each outcome. */
export type OutcomeCounts = Readonly<Record<Outcome['kind'], number>>;

/** The result of one action about a unit. */
export type UnitOutcome = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** A plan with the results of its actions. */
export interface AppliedPlan {
  /** The plan as made just before acting. */
  readonly plan: Plan;
  /** The result of each action; an action that did not run is missing. */
  readonly outcomes: ReadonlyMap<Action, Outcome>;
  /** The result of each unit action; an action that did not run is missing. */
  readonly unitOutcomes: ReadonlyMap<UnitAction, UnitOutcome>;
  /** The diagnostics of the plan, and those of acting. */
  readonly diagnostics: readonly Diagnostic[];
  /** False when the run could not observe a user, before or after acting. */
  readonly complete: boolean;
}

interface OutcomeSummary {
  readonly created: number;
  readonly createdWithoutConversation: number;
  readonly resumed: number;
  readonly alreadyLive: number;
  /** Includes failed unit actions. */
  readonly failed: number;
  readonly deferred: number;
  /** The number of completed unit actions. */
  readonly units: number;
  readonly hold: number;
  /** Conflicts that the run left alone. */
  readonly conflict: number;
}

/** The outcome of one action; null when there was nothing to do for it. */
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

/** Counts the outcomes of the given actions. */
export function countOutcomes(actions: readonly Action[], applied: Pick<AppliedPlan, 'outcomes'>): OutcomeCounts {
  const counts = { ...noOutcomes };
  for (const action of actions) {
    const outcome = outcomeOf(action, applied);
    if (outcome !== null) counts[outcome.kind] += 1;
  }
  return counts;
}

/** Counts the outcomes of every action of the plan. */
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

/** The result of a save for one user. `unknown`, `failed` and `busy` changed nothing. */
export interface SaveResult {
  readonly user: string;
  readonly result: 'saved' | 'unchanged' | 'unknown' | 'failed' | 'busy' | 'no-account';
  /** Why nothing was recorded; null when the record is up to date. */
  readonly reason: string | null;
  /** The snapshot that holds the record now; null when there is none. */
  readonly snapshot: string | null;
  readonly live: number;
  readonly gone: number;
  /** What happened to sessions since the previous record; empty when no snapshot was stored. */
  readonly changes: readonly SessionChange[];
}

/** Whether the user's record is up to date: written, found unchanged, or not needed. */
export function isUpToDate({ result }: SaveResult): boolean {
  return result === 'saved' || result === 'unchanged' || result === 'no-account';
}
