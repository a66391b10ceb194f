/** An agent's durable thread: which agent, and the id by which that agent finds it again. */
export interface Conversation {
  readonly agent: string;
  readonly id: string;
  /** null while its agent runs. */
  readonly ended: ConversationEnd | null;
}

export interface ConversationEnd {
  /** When it was found ended. */
  readonly at: string;
  readonly killed: boolean;
  /** It was tried at that time, and did not start; when it really ended is not known any more. */
  readonly failedToStart?: true;
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
