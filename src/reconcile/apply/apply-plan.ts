import { setTimeout as delay } from 'node:timers/promises';
import { type Action, isPending, type PendingAction, type ResumeAction } from '../../core/plan/action.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { AppliedPlan, Outcome, UnitOutcome } from '../../core/plan/outcome.ts';
import type { Plan, UserPlan } from '../../core/plan/plan.ts';
import type { Selection } from '../../core/plan/selection.ts';
import { placeOf } from '../../core/servers.ts';
import type { UnitAction } from '../../core/units/units.ts';
import type { SaveOccasion } from '../../state/heartbeat.ts';
import { applyUnits } from '../../systemd/apply-units.ts';
import type { Context } from '../context.ts';
import { type Acted, type Assessment, assessUsers } from '../observe/assess-users.ts';
import { lookAtUnits, type UnitsLook, unitsPlanOf } from '../observe/look-at-units.ts';
import { keptThroughShutdown, storeRecord } from '../record/store-record.ts';
import { type LockedOut, withUserLocks } from '../with-user-locks.ts';
import { createUserSessions } from './create-user-sessions.ts';
import type { Creation, OnMade } from './creation.ts';
import { makePlan } from './make-plan.ts';
import { type ProgressEnd, withProgress } from './progress.ts';
import { rememberOutcomes } from './remember-outcomes.ts';
import { resumeUserSessions } from './resume-session.ts';
import type { CreatingAction } from './session-build.ts';
import { agentStarts, type AgentStarts } from './start-gate.ts';

type Application =
  | { readonly kind: 'applied'; readonly applied: AppliedPlan; readonly lockedOut: readonly LockedOut[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export interface ApplyOptions {
  readonly selection: Selection;
  readonly drawsProgress: boolean;
  /** Whether the run also updates the host's units. */
  readonly withUnits: boolean;
  /** The first prompt of the conversations that the run resumes, checked by `problemWithMessage`; null for none. */
  readonly message: string | null;
  /** Called before anything is done, and with each session as soon as it is known what came of it. */
  readonly onStep?: (step: ApplyStep) => void;
  /** Called with users as soon as all is done and recorded for them. */
  readonly onSettled: (users: readonly UserPlan[], soFar: Pick<AppliedPlan, 'plan' | 'outcomes'>) => void;
}

export type ApplyStep =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'outcome'; readonly action: Action; readonly outcome: Outcome };

/**
 * Observes, plans, acts and observes again, and holds the lock of every user that it acts for.
 *
 * It records the losses before it acts, because their causes cannot be told once new sessions run. It releases each
 * user's lock and reports the result without waiting for slower users.
 */
export function applyPlan(
  context: Context,
  { selection, drawsProgress, withUnits, message, onStep = () => {}, onSettled }: ApplyOptions,
): Promise<Application> {
  return withUserLocks(context, context.users, async (users, lockedOut, release): Promise<Application> => {
    const assessments = await assessUsers(context, users, 'read');
    const look = withUnits ? await lookAtUnits(context) : notAsked;
    const planning = makePlan(context, assessments, selection, unitsPlanOf(look));
    if (planning.kind === 'refused') return planning;
    const { plan } = planning;
    onStep({ kind: 'planned', plan });
    const before = await store(context, assessments, 'new');
    const creations = new Map<Action, Creation>();
    const after: Diagnostic[] = [];
    const starts = agentStarts(context, message);
    const acting = (onActed: (user: UserPlan) => void) =>
      act(context, plan, { creations, starts, onStep, onActed, drawsProgress }).finally(starts.end);
    await asItComes(acting, settlingMs, async (settled) => {
      after.push(...(await lookAgain(context, settled, creations)));
      const outcomes = outcomesOf(creations);
      after.push(...rememberOutcomes(context, settled, outcomes));
      for (const user of settled) release(user.rosterUser.name);
      onSettled(settled, { plan, outcomes });
    });
    after.push(...starts.diagnostics());
    const unitOutcomes = await actOnUnits(context, plan, look);
    const outcomes = outcomesOf(creations);
    const diagnostics = [...plan.diagnostics, ...lockedOut.map(lockDiagnostic), ...before, ...after];
    const complete = plan.complete && diagnostics.every(({ severity }) => severity !== 'error');
    return { kind: 'applied', applied: { plan, outcomes, unitOutcomes, diagnostics, complete }, lockedOut };
  });
}

function outcomesOf(creations: ReadonlyMap<Action, Creation>): ReadonlyMap<Action, Outcome> {
  return new Map([...creations].map(([action, { outcome }]) => [action, outcome] as const));
}

/**
 * Users that finish within this time of each other share one observation, which costs as much as one for a single user.
 */
const settlingMs = 1_000;

const notAsked: UnitsLook = { kind: 'none', reason: 'they were not asked for' };

/** Acts on units after the sessions, because people wait for the sessions. */
async function actOnUnits(
  { signal }: Context,
  { units }: Plan,
  look: UnitsLook,
): Promise<ReadonlyMap<UnitAction, UnitOutcome>> {
  if (look.kind !== 'observed') return new Map();
  return applyUnits(units.actions, look.contents, look.installation.units, { signal });
}

/** Stores the records of users, except losses by a shutdown, because those sessions come back by themselves. */
async function store(
  context: Context,
  assessments: readonly Assessment[],
  occasion: SaveOccasion,
): Promise<readonly Diagnostic[]> {
  const leftAlone = await keptThroughShutdown(context, assessments);
  return assessments
    .filter(({ rosterUser }) => !leftAlone.has(rosterUser.name))
    .flatMap((assessment) => storing(context, assessment, occasion));
}

/** Stores one record. A failure stops no restore, but becomes a diagnostic. */
function storing(context: Context, assessment: Assessment, occasion: SaveOccasion): readonly Diagnostic[] {
  const { account } = assessment;
  if (account === null) return [];
  const stored = storeRecord(context, assessment, account, occasion);
  if (stored.result !== 'failed') return [];
  return [{ severity: 'error', code: 'not-recorded', user: account.name, message: stored.reason }];
}

interface Acting {
  /** Collects the result of each action. */
  readonly creations: Map<Action, Creation>;
  readonly starts: AgentStarts;
  readonly onStep: (step: ApplyStep) => void;
  /** Called for each user when all is done for them. */
  readonly onActed: (user: UserPlan) => void;
  readonly drawsProgress: boolean;
}

async function act(context: Context, plan: Plan, acting: Acting): Promise<void> {
  const { creations, starts, onStep, onActed, drawsProgress } = acting;
  const tasks = plan.users.flatMap((user) => {
    const pending = user.actions.filter(isPending);
    if (pending.length === 0) {
      onActed(user);
      return [];
    }
    const { name } = user.rosterUser;
    const run = async (): Promise<ProgressEnd> => {
      const { creating, resuming } = bySort(pending);
      const told = new Set<Action>();
      const onMade: OnMade = (action, { outcome }) => {
        told.add(action);
        onStep({ kind: 'outcome', action, outcome });
      };
      const created = await createUserSessions(context, user, creating, starts, onMade);
      const resumed = await resumeUserSessions(context, user, resuming, starts, onMade);
      for (const [action, creation] of [...created, ...resumed]) {
        creations.set(action, creation);
        if (!told.has(action)) onMade(action, creation);
      }
      onActed(user);
      const done = pending.filter((action) => isDone(creations.get(action)?.outcome)).length;
      return { title: `${name}: ${done} of ${pending.length} brought back`, isWhole: done === pending.length };
    };
    return [{ title: `${name}: ${pending.length} to bring back`, run }];
  });
  await withProgress(tasks, drawsProgress);
}

function bySort(pending: readonly PendingAction[]): {
  readonly creating: readonly CreatingAction[];
  readonly resuming: readonly ResumeAction[];
} {
  const resuming = pending.filter((action) => action.action === 'resume');
  return { creating: pending.filter((action) => action.action !== 'resume'), resuming };
}

function isDone(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'created' || outcome?.kind === 'resumed';
}

/** Observes again the users for whom something was done, and records the result. */
async function lookAgain(
  context: Context,
  users: readonly UserPlan[],
  creations: ReadonlyMap<Action, Creation>,
): Promise<readonly Diagnostic[]> {
  const touched = users.filter((user) => user.actions.some((action) => creations.has(action)));
  if (touched.length === 0) return [];
  const acted = new Map(touched.map((user) => [user.rosterUser.name, actedFor(user, creations)]));
  const rosterUsers = touched.map((user) => user.rosterUser);
  const assessments = await assessUsers(
    context,
    rosterUsers,
    'read',
    (user) => acted.get(user) ?? { made: [], lost: [] },
  );
  const unknown = assessments.flatMap(({ observation, rosterUser }): readonly Diagnostic[] => {
    if (observation.kind !== 'unknown') return [];
    const message = `could not be observed after acting: ${observation.reason}`;
    return [{ severity: 'error', code: 'unknown', user: rosterUser.name, message }];
  });
  const known = assessments.filter(({ observation }) => observation.kind !== 'unknown');
  return [...unknown, ...(await store(context, known, 'same'))];
}

function actedFor({ actions, observation }: UserPlan, creations: ReadonlyMap<Action, Creation>): Acted {
  const made = actions.flatMap((action) => {
    const tmuxId = creations.get(action)?.tmuxId ?? null;
    const entry = action.candidate.session;
    return tmuxId === null ? [] : [{ entry, socket: placeOf(entry, observation), tmuxId }];
  });
  return { made, lost: actions.flatMap((action) => creations.get(action)?.lost ?? []) };
}

function lockDiagnostic({ user, kind, reason }: LockedOut): Diagnostic {
  return { severity: 'error', code: kind === 'busy' ? 'locked' : 'not-recorded', user, message: reason };
}

/**
 * Runs `work`, which hands over items, and processes them in batches. A batch holds all items that arrive within
 * `lingerMs` of its first one, or before the work ends. Rejects as soon as the work or a batch fails.
 */
export async function asItComes<Item>(
  work: (handOver: (item: Item) => void) => Promise<void>,
  lingerMs: number,
  step: (items: readonly Item[]) => Promise<void>,
): Promise<void> {
  const items: Item[] = [];
  const progress: Progress = { isOver: false, onItem: null };
  const end = work((item) => {
    items.push(item);
    progress.onItem?.();
  }).then(() => (progress.isOver = true));
  while (!progress.isOver || items.length > 0) {
    if (items.length === 0) await Promise.race([end, new Promise<void>((resolve) => (progress.onItem = resolve))]);
    await within(lingerMs, end);
    if (items.length > 0) await step(items.splice(0));
  }
}

interface Progress {
  isOver: boolean;
  onItem: (() => void) | null;
}

/** Waits for the end of `end`, but at most `limitMs`. */
async function within(limitMs: number, end: Promise<unknown>): Promise<void> {
  const pause = new AbortController();
  const { signal } = pause;
  try {
    await Promise.race([end, delay(limitMs, undefined, { signal }).catch(() => {})]);
  } finally {
    pause.abort();
  }
}
