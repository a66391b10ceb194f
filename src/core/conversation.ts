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

/** The start of an id that people see, and may type. */
export function briefId(id: string): string {
  return id.slice(0, briefIdLength);
}

export const briefIdLength = 8;

/** A conversation as people read it: `claude 3f36c85e`. */
export function labelOf({ agent, id }: Pick<Conversation, 'agent' | 'id'>): string {
  return `${agent} ${briefId(id)}`;
}

/** Whether an id is a lower-case UUID, as those of Claude Code and Codex are, and so is safe as a file name and as an argument. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
