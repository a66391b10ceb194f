import { isLater, type Candidate } from './candidate.ts';
import { conversationKey, type Conversation } from './conversation.ts';
import { recordedPanesOf } from './manifest.ts';

/**
 * Tells for a conversation which session held it last, running or ended; null when `candidate` itself did.
 *
 * What happened to a conversation last decides about it: one that was brought back elsewhere and closed there must not
 * come back where it was lost before.
 */
export type LaterHolder = (conversation: Conversation, candidate: Candidate) => Candidate | null;

export function laterHoldersAmong(candidates: readonly Candidate[]): LaterHolder {
  const latest = new Map<string, Candidate>();
  for (const candidate of candidates) {
    for (const key of recordedPanesOf(candidate.session).flatMap(({ conversation }) =>
      conversation === null ? [] : [conversationKey(conversation)],
    )) {
      const best = latest.get(key);
      if (best === undefined || isLater(candidate, best)) latest.set(key, candidate);
    }
  }
  return (conversation, candidate) => {
    const holder = latest.get(conversationKey(conversation));
    return holder !== undefined && isLater(holder, candidate) ? holder : null;
  };
}
