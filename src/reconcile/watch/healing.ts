import type { Action } from '../../core/plan/action.ts';
import { countingHeals, type EarlierHeal, earlierHeals, type Instant } from '../../core/heal/earlier-heals.ts';
import { decideHeals, type HealDecision, heldBack, type KnownLosses } from '../../core/heal/heal.ts';
import type { HealRecords } from '../../core/heal/heal-records.ts';
import { type LostSession, lostSessionOf } from '../../core/heal/lost-session.ts';
import { isViolentCause, type Manifest } from '../../core/manifest.ts';
import { type MemoryHistory, memoryState, withReading } from '../../core/heal/memory-recovery.ts';
import type { RosterUser } from '../../core/roster.ts';
import { nothingSelected } from '../../core/plan/selection.ts';
import type { WatchEvent } from '../../core/report/watch-event.ts';
import { readHeals } from '../../state/heals.ts';
import { readMemory } from '../../system/host/memory-pressure.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import { shutdownState } from '../../systemd/systemctl.ts';
import { makePlan } from '../apply/make-plan.ts';
import type { Context } from '../context.ts';
import type { Assessment } from '../observe/assess-users.ts';
import { bringBack, keepHeals } from './bring-back.ts';

/** Heals losses as the roster allows, and says each decision once, also the decision not to. */
export interface Healing {
  /** Takes in what a save has found of a user. */
  readonly update: (context: Context, assessment: Assessment) => void;
  /** The users for whom something is to be decided or done now; `heal` does it. */
  readonly due: (context: Context, nowMs: number, isBusy: (user: string) => boolean) => readonly DueHeal[];
  /** When to look again although nothing happens, by the monotonic clock. */
  readonly lookAgainAtMs: () => number;
  readonly keepOnly: (users: readonly string[]) => void;
}

interface DueHeal {
  readonly user: string;
  readonly heal: () => Promise<void>;
}

interface HealingOptions {
  readonly say: (event: WatchEvent) => void;
  /** When something was last killed because the host was short of memory, by the monotonic clock; null for never. */
  readonly lastHostKillMs: () => number | null;
  /** Called when something was brought back, or was tried. */
  readonly onTried: (user: string) => void;
}

/** What is known of one user's losses. */
interface UserHealing {
  lost: readonly LostSession[];
  known: KnownLosses;
  heals: readonly EarlierHeal[];
  records: HealRecords;
  said: ReadonlySet<string>;
  /** The conflicts that were told. */
  conflicts: ReadonlySet<string>;
  lookAgainAtMs: number;
}

/** How often memory is read, so that its last minute is known when it matters. */
const readEveryMs = 4_000;

/** What no event changes is decided about again after this time. */
const lookAgainMs = 60_000;

export function healing({ say, lastHostKillMs, onTried }: HealingOptions): Healing {
  const byUser = new Map<string, UserHealing>();
  let memory: MemoryHistory = [];
  let nextReadingMs = 0;

  const decide = (context: Context, user: RosterUser, state: UserHealing, shutdown: 'yes' | 'no' | 'unknown') => {
    const now = instant(context);
    const { memoryFloorMib: floorMib } = context.roster.start;
    const rules = { floorMib, nowMs: now.monotonicMs, lastKillMs: lastHostKillMs() };
    const { lost, heals, known } = state;
    const round = decideHeals({ user, lost, now, memory: memoryState(memory, rules), shutdown, heals, known });
    state.known = round.known;
    state.lookAgainAtMs = now.monotonicMs + (round.lookAgainInMs ?? lookAgainMs);
    return round.decisions;
  };

  const tell = (context: Context, user: string, state: UserHealing, decisions: readonly HealDecision[]): void => {
    const news = decisions.filter(({ key }) => !state.said.has(key));
    state.said = new Set(decisions.map(({ key }) => key));
    if (news.length > 0) say({ kind: 'heal-decided', user, decisions: news });
    const held = heldBack(decisions);
    if (JSON.stringify(held) === JSON.stringify(state.records.held)) return;
    state.records = { ...state.records, held };
    const problem = keepHeals(context, user, state.records);
    if (problem !== null) say({ kind: 'heal-failed', user, reason: problem });
  };

  /** What somebody else has taken the name of is nobody's to heal, which is said once. */
  const tellConflicts = (user: string, state: UserHealing, actions: readonly Action[]): void => {
    const conflicts = actions.filter(
      ({ action, candidate: { cause } }) => action === 'conflict' && cause !== null && isViolentCause(cause),
    );
    const keys = new Map(
      conflicts.map((action) => [`${action.candidate.session.name} ${action.candidate.goneAt}`, action]),
    );
    for (const [key, { candidate, reason }] of keys) {
      if (!state.conflicts.has(key)) say({ kind: 'heal-in-conflict', user, session: candidate.session, reason });
    }
    state.conflicts = new Set(keys.keys());
  };

  const heal = async (context: Context, user: RosterUser, state: UserHealing): Promise<void> => {
    const decisions = decide(context, user, state, await shutdownState(context.signal));
    tell(context, user.name, state, decisions);
    const now = decisions.filter(({ kind }) => kind === 'heal');
    if (now.length === 0) return;
    const begunAt = instant(context);
    const { records, tried, event } = await bringBack(context, user, {
      decisions: now,
      begunAt,
      before: state.records,
    });
    state.records = records;
    state.heals = [...countingHeals(state.heals, begunAt), ...earlierHeals(tried, begunAt)];
    state.lost = [];
    say(event);
    onTried(user.name);
  };

  return {
    update: (context, assessment) => {
      const user = assessment.rosterUser.name;
      if (assessment.observation.kind === 'unknown') return;
      const state = byUser.get(user) ?? begun(context, user);
      byUser.set(user, state);
      const actions = mayBeHealed(assessment.manifest) ? plannedFor(context, assessment) : [];
      state.lost = actions.flatMap((action) => (action.action === 'create' ? (lostSessionOf(action) ?? []) : []));
      state.lookAgainAtMs = 0;
      tellConflicts(user, state, actions);
      if (state.lost.length === 0) tell(context, user, state, []);
    },
    due: (context, nowMs, isBusy) => {
      if (nowMs >= nextReadingMs) {
        nextReadingMs = nowMs + readEveryMs;
        memory = withReading(memory, readMemory(nowMs));
      }
      return context.users.flatMap((user): readonly DueHeal[] => {
        const state = byUser.get(user.name);
        if (state === undefined || isBusy(user.name) || state.lost.length === 0) return [];
        if (nowMs < state.lookAgainAtMs) return [];
        const decisions = decide(context, user, state, 'no');
        if (decisions.some(({ kind }) => kind === 'heal')) {
          return [{ user: user.name, heal: () => heal(context, user, state) }];
        }
        tell(context, user.name, state, decisions);
        return [];
      });
    },
    lookAgainAtMs: () =>
      Math.min(...[...byUser.values()].flatMap((state) => (state.lost.length === 0 ? [] : [state.lookAgainAtMs]))),
    keepOnly: (users) => {
      for (const user of byUser.keys()) if (!users.includes(user)) byUser.delete(user);
    },
  };
}

/** Where the record of earlier heals cannot be read, nothing is known of them, and the first one finds out. */
function begun(context: Context, user: string): UserHealing {
  const read = attemptRead(() => readHeals(context.stateDirectory, user));
  const records = read.kind === 'read' ? read.value : { heals: [], held: [] };
  const heals = earlierHeals(records.heals, instant(context));
  return {
    lost: [],
    known: new Map(),
    heals,
    records,
    said: new Set(),
    conflicts: new Set(),
    lookAgainAtMs: 0,
  };
}

/** Most records have no such entry, and need no plan. */
function mayBeHealed(manifest: Manifest | null): boolean {
  return manifest?.sessions.some(({ cause }) => cause !== null && isViolentCause(cause)) === true;
}

/** What an apply would do for the user, unasked. */
function plannedFor(context: Context, assessment: Assessment): readonly Action[] {
  const planning = makePlan(context, [assessment], nothingSelected);
  return planning.kind === 'planned' ? planning.plan.users.flatMap(({ actions }) => actions) : [];
}

function instant(context: Context): Instant {
  return { wallMs: context.now().getTime(), monotonicMs: performance.now() };
}
