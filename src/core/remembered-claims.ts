import type { ConversationClaim } from './assign-conversations.ts';
import { isSameBoot, type Boot } from './boot.ts';
import { recordedPanesOf, type Manifest } from './manifest.ts';
import { confidences } from './pane-agent.ts';

/** Finds what an earlier save knew about a very process: same boot, same pid, same start time, still the same agent. */
export type ClaimMemory = (agent: string, pid: number, startTime: string) => ConversationClaim | null;

/** The findings of a stored manifest, as long as the host has not booted since. */
export function claimMemory(manifest: Manifest | null, boot: Boot): ClaimMemory {
  if (manifest === null || !isSameBoot(manifest, boot)) return () => null;
  const known = new Map<string, ConversationClaim>();
  // What is live is told last, and so stands: a pane may have moved out of a session that is gone.
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
 * What speaks for a process's conversation now, with what was known before: a result stays the same from save to save
 * until a source of at least `high` confidence says otherwise.
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
