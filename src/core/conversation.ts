import type { Killer } from './endings.ts';

/** An agent's durable thread: which agent, and the id by which that agent finds it again. */
export interface Conversation {
  readonly agent: string;
  readonly id: string;
  /** null while its agent runs. */
  readonly ended: ConversationEnd | null;
}

export interface ConversationEnd {
  /** The time at which a save found it ended. */
  readonly at: string;
  readonly killed: boolean;
  /** Who killed its agent, when something tells. */
  readonly killer?: Killer;
  /** An apply tried it at that time and it did not start. Its real end is no longer known. */
  readonly failedToStart?: true;
}

export function isSameConversation(a: Conversation, b: Conversation): boolean {
  return a.agent === b.agent && a.id === b.id;
}

/** A lookup key: one text per conversation. */
export function conversationKey({ agent, id }: Conversation): string {
  return JSON.stringify([agent, id]);
}

/** Whether restoring the session starts this conversation again: it ran until the session ended, or it was killed. */
export function comesBack(conversation: Conversation): boolean {
  return conversation.ended === null || conversation.ended.killed;
}

/** The first characters of an id, which the output shows and which a user may type. */
export function briefId(id: string): string {
  return id.slice(0, briefIdLength);
}

export const briefIdLength = 8;

/** The display name of a conversation: `claude 3f36c85e`. */
export function labelOf({ agent, id }: Pick<Conversation, 'agent' | 'id'>): string {
  return `${agent} ${briefId(id)}`;
}

/**
 * Whether an id is a lower-case UUID, as Claude Code and Codex use. Such an id is safe as a file name and as an
 * argument.
 */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

/** The ways to find the conversation of a pane, the surest first. */
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

/** How far a source can be trusted. `certain`: the agent itself ties the conversation to this process. */
export const confidences = ['low', 'medium', 'high', 'certain'] as const;

export type Confidence = (typeof confidences)[number];

/** A process, by its pid and its start time: clock ticks since boot, as text. Together they identify it forever. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The agent that runs, or ran, in a pane: where its conversation was read, and how to start it again. */
export interface PaneAgent {
  readonly name: string;
  /** The agent's own version, such as `2.1.329`; null when the agent does not tell it. */
  readonly version: string | null;
  /** null when imported. */
  readonly process: ProcessIdentity | null;
  readonly found: AgentFinding;
  readonly launch: AgentLaunch;
  /** What the user ran in front of it; null when nothing was. */
  readonly wrapper: AgentWrapper | null;
}

/** A program that the user runs in front of an agent, such as `teamclaude run -- claude`. */
export interface AgentWrapper {
  /** The words before the agent's own command. A restore repeats them. */
  readonly words: readonly string[];
  /** The name of a program in front that a restore does not repeat; null when it repeats all. */
  readonly leftOut: string | null;
}

export type AgentFinding =
  | { readonly kind: 'conversation'; readonly source: ConversationSource; readonly confidence: Confidence }
  /** Nobody has sent it a message yet, so there is nothing to resume. A restore starts it anew. */
  | { readonly kind: 'fresh' }
  /** Nobody can tell which conversation it holds. The pane comes back as a shell. */
  | { readonly kind: 'unidentified'; readonly reason: string };

/** How the user started the agent, without secrets and without arguments that would start something else. */
export interface AgentLaunch {
  /** A name to find on the user's PATH, or an absolute path that survives an update of the agent. */
  readonly executable: string;
  /** Arguments that a restore repeats: neither a prompt nor a conversation. */
  readonly args: readonly string[];
  /** Arguments that a restore does not repeat, kept for the record. */
  readonly droppedArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The agent's directory for its conversation. The agent can resume it only there. */
  readonly directory: string;
}
