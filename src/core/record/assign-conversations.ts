import { type Boot, isSameBoot } from '../boot.ts';
import {
  briefId,
  type Confidence,
  confidences,
  type ConversationSource,
  conversationSources,
} from '../conversation.ts';
import { groupBy } from '../group-by.ts';
import { type Manifest, recordedPanesOf } from '../manifest.ts';
import { compareText } from '../text.ts';

/** A conversation that an agent's process may hold, according to one source. */
export interface ConversationClaim {
  readonly id: string;
  readonly source: ConversationSource;
  readonly confidence: Confidence;
}

/** A running agent, in a pane or outside, with all claims about the conversation that it holds. */
export interface ConversationHolder {
  readonly uid: number;
  readonly agent: string;
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: string;
  /** Where the agent runs, in words: `session notes`, `process 4711`. */
  readonly place: string;
  readonly claims: readonly ConversationClaim[];
}

export type Assignment =
  | { readonly kind: 'assigned'; readonly claim: ConversationClaim }
  | { readonly kind: 'none'; readonly reason: string | null };

/**
 * Gives each conversation to at most one holder: the one with the surest claim. Among equal claims nobody gets it.
 * Among equal `certain` claims the agent that started first gets it. A holder that loses a conversation does not fall
 * back to a weaker claim on another one.
 *
 * Only claims of one user compete. So nothing that a user writes can take a conversation from another user's pane.
 */
export function assignConversations<Holder extends ConversationHolder>(
  holders: readonly Holder[],
): ReadonlyMap<Holder, Assignment> {
  const rivals = groupBy(
    holders.filter((holder) => bestClaim(holder) !== null),
    (holder) => JSON.stringify([holder.uid, holder.agent, bestClaim(holder)?.id]),
  );
  const assigned = new Map<Holder, Assignment>();
  for (const group of rivals.values()) {
    const ranked = group.toSorted(bySureness);
    const keeper = keeperOf(ranked);
    for (const holder of ranked) assigned.set(holder, assignmentOf(holder, keeper, ranked));
  }
  return new Map(holders.map((holder) => [holder, assigned.get(holder) ?? { kind: 'none', reason: null }]));
}

function keeperOf<Holder extends ConversationHolder>(ranked: readonly Holder[]): Holder | null {
  const [first, second] = ranked;
  if (first === undefined) return null;
  if (second === undefined || sureness(first) > sureness(second)) return first;
  return bestClaim(first)?.confidence === 'certain' ? first : null;
}

function assignmentOf(
  holder: ConversationHolder,
  keeper: ConversationHolder | null,
  ranked: readonly ConversationHolder[],
): Assignment {
  const claim = bestClaim(holder);
  if (claim === null) return { kind: 'none', reason: null };
  if (holder === keeper) return { kind: 'assigned', claim };
  const other = keeper ?? ranked.find((rival) => rival !== holder);
  const verb = keeper === null ? 'is as likely in' : 'is held by';
  return { kind: 'none', reason: `conversation ${briefId(claim.id)} ${verb} ${other?.place ?? 'another'}` };
}

function bestClaim({ claims }: ConversationHolder): ConversationClaim | null {
  const [best = null] = claims.toSorted((a, b) => claimRank(b) - claimRank(a));
  return best;
}

function bySureness(a: ConversationHolder, b: ConversationHolder): number {
  return (
    sureness(b) - sureness(a) ||
    Number(a.startTime) - Number(b.startTime) ||
    a.pid - b.pid ||
    compareText(a.place, b.place)
  );
}

function sureness(holder: ConversationHolder): number {
  const claim = bestClaim(holder);
  return claim === null ? -1 : confidences.indexOf(claim.confidence);
}

/** Compares confidence first. Among equally sure claims the higher ranked source wins. */
function claimRank({ confidence, source }: ConversationClaim): number {
  return confidences.indexOf(confidence) * conversationSources.length - conversationSources.indexOf(source);
}

/** Finds what an earlier save knew about this process: same boot, same pid, same start time, same agent. */
export type ClaimMemory = (agent: string, pid: number, startTime: string) => ConversationClaim | null;

/** The findings of a stored manifest. They are valid only while the host has not booted again. */
export function claimMemory(manifest: Manifest | null, boot: Boot): ClaimMemory {
  if (manifest === null || !isSameBoot(manifest, boot)) return () => null;
  const known = new Map<string, ConversationClaim>();
  // Live sessions come last, so their findings replace older ones: a pane may have moved out of a session that is gone.
  const sessions = manifest.sessions.toSorted((a, b) => Number(a.state === 'live') - Number(b.state === 'live'));
  for (const { agent, conversation } of sessions.flatMap(recordedPanesOf)) {
    if (agent === null || agent.process === null || conversation === null) continue;
    if (agent.found.kind !== 'conversation') continue;
    const { source, confidence } = agent.found;
    known.set(keyOf(agent.name, agent.process.pid, agent.process.startTime), {
      id: conversation.id,
      source,
      confidence,
    });
  }
  return (agent, pid, startTime) => known.get(keyOf(agent, pid, startTime)) ?? null;
}

/**
 * Combines the claims about a process's conversation now with what an earlier save knew. The result stays the same from
 * save to save until a source of at least `high` confidence contradicts it.
 */
export function withRemembered(
  claims: readonly ConversationClaim[],
  remembered: ConversationClaim | null,
): readonly ConversationClaim[] {
  if (remembered === null) return claims;
  const isContradicted = claims.some((claim) => rankOf(claim) >= confidences.indexOf('high'));
  const isSurer = claims.every((claim) => rankOf(remembered) > rankOf(claim));
  return isContradicted || !isSurer ? claims : [remembered, ...claims];
}

function rankOf({ confidence }: ConversationClaim): number {
  return confidences.indexOf(confidence);
}

function keyOf(agent: string, pid: number, startTime: string): string {
  return `${pid} ${startTime} ${agent}`;
}
