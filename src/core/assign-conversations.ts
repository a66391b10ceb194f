import { briefId } from './conversation.ts';
import { compareText } from './compare-text.ts';
import { groupBy } from './group-by.ts';
import { confidences, conversationSources, type Confidence, type ConversationSource } from './pane-agent.ts';

/** A conversation that an agent's process may hold, by one source. */
export interface ConversationClaim {
  readonly id: string;
  readonly source: ConversationSource;
  readonly confidence: Confidence;
}

/** A running agent, in a pane or outside, and what speaks for the conversation it holds. */
export interface ConversationHolder {
  readonly uid: number;
  readonly agent: string;
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: string;
  /** Where it runs, in words: `session notes`, `process 4711`. */
  readonly place: string;
  readonly claims: readonly ConversationClaim[];
}

export type Assignment =
  | { readonly kind: 'assigned'; readonly claim: ConversationClaim }
  | { readonly kind: 'none'; readonly reason: string | null };

/**
 * Gives each conversation to one holder at most: to the surest; among equals to nobody, unless they are certain, and
 * then to the one that started first. Who loses a conversation does not fall back to a weaker claim on another.
 *
 * Only claims of one user compete, so nothing that a user writes can take a conversation from another's pane.
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

/** Confidence first; of equally sure sources the higher ranked. */
function claimRank({ confidence, source }: ConversationClaim): number {
  return confidences.indexOf(confidence) * conversationSources.length - conversationSources.indexOf(source);
}
