import { ageMs, type EarlierHeal, type Instant } from './earlier-heals.ts';
import {
  deferredForMs,
  healEveryMs,
  type HealReason,
  type HealRecord,
  type HeldRecord,
  identitiesOf,
  maxHealsPerHour,
} from './heal-records.ts';
import { healReasonOf, lossId, type LostSession } from './lost-session.ts';
import type { MemoryState } from './memory-recovery.ts';
import type { RosterUser } from '../roster.ts';

/** When the watch first knew of each loss; the loop passes on what the last round returned. */
export type KnownLosses = ReadonlyMap<string, KnownLoss>;

interface KnownLoss {
  /** By the monotonic clock. */
  readonly lostAtMs: number;
  /** It was lost long before the watch first saw it. */
  readonly isOld: boolean;
}

export interface HealSituation {
  readonly user: Pick<RosterUser, 'parked' | 'mistake' | 'policy'>;
  readonly lost: readonly LostSession[];
  readonly now: Instant;
  readonly memory: MemoryState;
  readonly shutdown: 'yes' | 'no' | 'unknown';
  readonly heals: readonly EarlierHeal[];
  readonly known: KnownLosses;
}

interface HealRound {
  /** One for each loss that the watch may heal, in the given order. */
  readonly decisions: readonly HealDecision[];
  readonly known: KnownLosses;
  /** After this time a decision changes without an event; null when none does. */
  readonly lookAgainInMs: number | null;
}

export type HealDecision = {
  readonly lost: LostSession;
  readonly reason: HealReason;
  /** The same as long as the decision is the same: what was said under it is not said again. */
  readonly key: string;
} & Verdict;

/** Times are ISO 8601 in UTC. */
export type Verdict =
  | { readonly kind: 'heal' }
  /** A terminal may connect again within the grace. `deferred`: the last try found no memory for its agents. */
  | { readonly kind: 'wait'; readonly why: 'grace' | 'deferred'; readonly until: string }
  | { readonly kind: 'wait'; readonly why: 'memory'; readonly memory: MemoryState }
  | { readonly kind: 'hold'; readonly why: Barrier }
  | {
      readonly kind: 'hold';
      readonly why: 'healed-lately' | 'failed-lately';
      readonly healedAt: string;
      readonly until: string;
    }
  | { readonly kind: 'hold'; readonly why: 'too-many'; readonly until: string };

/** What no time changes. */
type Barrier = 'parked' | 'roster-mistake' | 'switched-off' | 'lost-long-ago' | 'shutdown' | 'shutdown-unknown';

const graceMs = 3_000;
/** Memory has to be quiet for that long after the loss, too. */
const quietForMs = 60_000;
const oldAfterMs = 24 * 60 * 60_000;
const memoryEveryMs = 2_000;

/**
 * Decides which lost sessions of one user are healed now, which later, and which not. Losses for which nothing comes
 * back unasked, or that a boot's restore brings back, get no decision.
 */
export function decideHeals(situation: HealSituation): HealRound {
  const known = new Map<string, KnownLoss>();
  const heals = [...situation.heals];
  const waits: number[] = [];
  const decisions = situation.lost.flatMap((lost): readonly HealDecision[] => {
    const reason = healReasonOf(lost);
    if (reason === null) return [];
    const id = lossId(lost);
    const loss = situation.known.get(id) ?? firstSeen(lost, situation.now);
    known.set(id, loss);
    const { verdict, changesInMs } = judge(lost, { ...situation, reason, loss, heals });
    if (changesInMs !== null) waits.push(changesInMs);
    if (verdict.kind === 'heal') heals.push(beginning(lost, situation.now));
    return [{ lost, reason, key: JSON.stringify([id, ...wordsOf(verdict)]), ...verdict }];
  });
  return { decisions, known, lookAgainInMs: waits.length === 0 ? null : Math.max(0, Math.min(...waits)) };
}

/**
 * The record of a heal that begins. It must be on disk before anything is created: otherwise a watch that dies in
 * between would heal the session again.
 */
export function beginHeal({ lost, reason }: HealDecision, as: string, { wallMs }: Instant): HealRecord {
  const { name, socket } = lost;
  const conversations = lost.conversations.map(({ agent, id }) => ({ agent, id }));
  const at = new Date(wallMs).toISOString();
  return { at, name, as, socket, conversations, reason, outcome: null, message: null };
}

/** What is held back, for the record; the few seconds of a grace are not worth one. */
export function heldBack(decisions: readonly HealDecision[]): readonly HeldRecord[] {
  return decisions.flatMap((decision) => {
    if (decision.kind === 'heal' || decision.why === 'grace') return [];
    const { why, lost } = decision;
    return [{ name: lost.name, socket: lost.socket, why, until: 'until' in decision ? decision.until : null }];
  });
}

interface Judging extends HealSituation {
  readonly reason: HealReason;
  readonly loss: KnownLoss;
}

interface Judgement {
  readonly verdict: Verdict;
  /** After this time it is another one; null when only an event changes it. */
  readonly changesInMs: number | null;
}

/** The grace comes first, because a session that a terminal has back by then needs no word at all. */
function judge(lost: LostSession, judging: Judging): Judgement {
  const { now, loss } = judging;
  const graceLeftMs = loss.lostAtMs + graceMs - now.monotonicMs;
  if (graceLeftMs > 0) {
    return { verdict: { kind: 'wait', why: 'grace', until: later(now, graceLeftMs) }, changesInMs: graceLeftMs };
  }
  const barrier = barrierOf(judging);
  if (barrier !== null) return { verdict: { kind: 'hold', why: barrier }, changesInMs: null };
  return triedLately(lost, judging) ?? tooMany(judging) ?? shortOfMemory(judging) ?? healNow;
}

const healNow: Judgement = { verdict: { kind: 'heal' }, changesInMs: null };

function barrierOf({ user, reason, shutdown, loss }: Judging): Barrier | null {
  if (user.mistake !== null) return 'roster-mistake';
  if (user.parked) return 'parked';
  if (!isSwitchedOn(reason, user.policy.heal)) return 'switched-off';
  if (shutdown === 'yes') return 'shutdown';
  if (shutdown === 'unknown') return 'shutdown-unknown';
  return loss.isOld ? 'lost-long-ago' : null;
}

function isSwitchedOn(reason: HealReason, { serverDied, ownLimit, hostMemory }: RosterUser['policy']['heal']): boolean {
  switch (reason) {
    case 'server-died':
      return serverDied;
    case 'own-limit':
      return ownLimit;
    case 'host-memory':
      return hostMemory;
  }
}

/** A session is healed once an hour, by whatever name or conversation it is known. */
function triedLately(lost: LostSession, { heals, now }: Judging): Judgement | null {
  const identities = new Set(identitiesOf({ ...lost, names: [lost.name] }));
  const last = heals
    .filter((heal) => heal.identities.some((identity) => identities.has(identity)))
    .reduce<EarlierHeal | null>((latest, heal) => (latest === null || heal.atMs >= latest.atMs ? heal : latest), null);
  if (last === null) return null;
  const isDeferred = last.outcome === 'deferred';
  const leftMs = last.atMs + (isDeferred ? deferredForMs : healEveryMs) - now.monotonicMs;
  if (leftMs <= 0) return null;
  const until = later(now, leftMs);
  if (isDeferred) return { verdict: { kind: 'wait', why: 'deferred', until }, changesInMs: leftMs };
  const why = last.outcome === 'failed' ? 'failed-lately' : 'healed-lately';
  const healedAt = later(now, last.atMs - now.monotonicMs);
  return { verdict: { kind: 'hold', why, healedAt, until }, changesInMs: leftMs };
}

/** What is healed must be remembered for an hour, and a user can lose any number of sessions. */
function tooMany({ heals, now }: Judging): Judgement | null {
  const recent = heals
    .filter(({ atMs, outcome }) => outcome !== 'deferred' && now.monotonicMs - atMs < healEveryMs)
    .map(({ atMs }) => atMs);
  if (recent.length < maxHealsPerHour) return null;
  const leftMs = Math.min(...recent) + healEveryMs - now.monotonicMs;
  return { verdict: { kind: 'hold', why: 'too-many', until: later(now, leftMs) }, changesInMs: leftMs };
}

function shortOfMemory({ reason, memory, loss, now }: Judging): Judgement | null {
  if (reason !== 'host-memory') return null;
  const isQuiet = now.monotonicMs - loss.lostAtMs >= quietForMs;
  if (memory.kind === 'recovered' && isQuiet) return null;
  const why = memory.kind === 'recovered' ? ({ kind: 'watching' } as const) : memory;
  return { verdict: { kind: 'wait', why: 'memory', memory: why }, changesInMs: memoryEveryMs };
}

/**
 * A loss counts from the time in the record, and from now when the watch sees it first and that time is still to come.
 * Later changes of the clock do not matter.
 */
function firstSeen({ goneAt }: LostSession, now: Instant): KnownLoss {
  const age = ageMs(goneAt, now);
  return { lostAtMs: now.monotonicMs - age, isOld: age > oldAfterMs };
}

function later({ wallMs }: Instant, ms: number): string {
  return new Date(wallMs + ms).toISOString();
}

function beginning(lost: LostSession, { monotonicMs }: Instant): EarlierHeal {
  return { identities: identitiesOf({ ...lost, names: [lost.name] }), atMs: monotonicMs, outcome: null };
}

/** What tells one verdict from another. How short memory is changes each second, and is no news. */
function wordsOf(verdict: Verdict): readonly string[] {
  return verdict.kind === 'heal' ? ['heal'] : [verdict.kind, verdict.why];
}
