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
