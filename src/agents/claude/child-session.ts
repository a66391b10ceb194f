import { isUuid } from '../../core/conversation.ts';
import type { ProcessFacts } from '../agent.ts';

/**
 * The conversation that the youngest child was told of as its parent's. It is that of the child's start, so an older
 * child may still name one that was cleared since. What the agent itself has inherited is another's, and is not looked at.
 */
export function childSession(children: readonly ProcessFacts[]): string | null {
  const told = children.flatMap((child) => {
    const id = child.env('CLAUDE_CODE_SESSION_ID');
    return id !== null && isUuid(id) ? [{ id, startTime: Number(child.startTime), pid: child.pid }] : [];
  });
  return told.toSorted((a, b) => b.startTime - a.startTime || b.pid - a.pid)[0]?.id ?? null;
}
