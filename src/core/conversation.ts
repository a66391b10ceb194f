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

/** How the conversation of a pane was found out, the surest first. */
export const conversationSources = [
  'stamp',
  'registry',
  'open-file',
  'lock-file',
  'argv',
  'child-environment',
  'assignment',
  'import',
] as const;

export type ConversationSource = (typeof conversationSources)[number];

/** How far a source is to be believed; `certain` is bound to this very process by the agent itself. */
export const confidences = ['low', 'medium', 'high', 'certain'] as const;

export type Confidence = (typeof confidences)[number];

/** The agent that runs, or ran, in a pane: what is needed to say where its conversation was read, and to start it again. */
export interface PaneAgent {
  readonly name: string;
  /** Its own version, such as `2.1.329`; null when it does not tell. */
  readonly version: string | null;
  /** The very process, by its pid and start time (clock ticks since boot, as text); null when imported. */
  readonly process: { readonly pid: number; readonly startTime: string } | null;
  readonly found: AgentFinding;
  readonly launch: AgentLaunch;
}

export type AgentFinding =
  | { readonly kind: 'conversation'; readonly source: ConversationSource; readonly confidence: Confidence }
  /** It has not been spoken to yet, so there is nothing to resume; it is started anew. */
  | { readonly kind: 'fresh' }
  /** Which conversation it holds cannot be told; the pane comes back as a shell. */
  | { readonly kind: 'unidentified'; readonly reason: string };

/** How the person started it, without what is secret or what would start something else. */
export interface AgentLaunch {
  /** A name for the user's PATH, or an absolute path that an update does not remove. */
  readonly executable: string;
  /** Arguments that are kept: neither a prompt nor a conversation. */
  readonly args: readonly string[];
  /** Arguments that are not repeated, for the record. */
  readonly droppedArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The agent's own directory for its conversation, where it can be resumed. */
  readonly directory: string;
}
