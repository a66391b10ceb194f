/** An agent's durable thread: which agent, and the id by which that agent finds it again. */
export interface Conversation {
  readonly agent: string;
  readonly id: string;
  /** null while its agent runs; otherwise when it was found ended, and whether it was killed. */
  readonly ended: { readonly at: string; readonly killed: boolean } | null;
}

export function isSameConversation(a: Conversation, b: Conversation): boolean {
  return a.agent === b.agent && a.id === b.id;
}

/** One text per conversation, for lookups. */
export function conversationKey({ agent, id }: Conversation): string {
  return JSON.stringify([agent, id]);
}

/** Whether bringing the session back starts this conversation again: it ran to the end of the session, or was killed. */
export function comesBack(conversation: Conversation): boolean {
  return conversation.ended === null || conversation.ended.killed;
}
