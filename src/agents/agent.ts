import type { ConversationClaim } from '../core/record/assign-conversations.ts';
import type { AgentLaunch } from '../core/conversation.ts';
import type { UserFiles } from './user-files.ts';

/**
 * One kind of agent: how to recognise its processes, find their conversations, and resume one.
 *
 * A new agent is one file that exports such an object, and one test. All functions but `mayBe`, `askingArguments`,
 * `startCommand` and `firstPrompt` run with the credentials of the user in question. They run in a separate process, which is killed when
 * it takes too long.
 */
export interface Agent {
  readonly name: string;
  /** Whether a process of this command name (comm) could be this agent. All other processes are never read. */
  readonly mayBe: (comm: string) => boolean;
  /** Whether the process is this agent, and a person converses with it; null when it is another program. */
  readonly roleOf: (process: ProcessFacts) => 'interactive' | 'other' | null;
  /** What each of one user's interactive processes holds; the answer has an entry for every process. */
  readonly readConversations: (
    processes: readonly AgentProcess[],
    files: UserFiles,
  ) => ReadonlyMap<AgentProcess, AgentReading>;
  /** Whether a conversation can be resumed now. */
  readonly checkResumable: (wanted: ResumableQuery, files: UserFiles) => Resumability;
  /** Whether this version shows which conversation it has resumed elsewhere than in its arguments. */
  readonly announcesConversation: (version: string | null) => boolean;
  /**
   * Arguments without those that let the agent act without asking, in any spelling. Unknown options are removed, too,
   * because they might be another spelling.
   */
  readonly askingArguments: (args: readonly string[]) => readonly string[];
  /** The command that resumes a conversation, or with null starts a new one; null when the id is not valid. */
  readonly startCommand: (launch: AgentLaunch, conversationId: string | null) => readonly string[] | null;
  /** How a text becomes the first prompt of a conversation that `startCommand` resumes. */
  readonly firstPrompt: (text: string) => FirstPrompt;
}

export type FirstPrompt =
  /** The words to put behind those of `startCommand`. The agent takes no part of the text as an option. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** `reason` is a clause such as `it takes no prompt together with a conversation`. */
  | { readonly kind: 'not-taken'; readonly reason: string };

/** A process as `/proc` shows it, read with its user's own rights. */
export interface ProcessFacts {
  readonly pid: number;
  readonly ppid: number;
  /** Clock ticks since boot, as text. The pid and this time identify a process forever. */
  readonly startTime: string;
  readonly startedAtMs: number;
  readonly comm: string;
  /** The target of `/proc/PID/exe`, without the mark of a deleted file; null when hidden. */
  readonly exe: string | null;
  /** The exact argument vector; null when hidden. The process may have overwritten it. */
  readonly argv: readonly string[] | null;
  readonly cwd: string | null;
  readonly env: (name: string) => string | null;
}

export interface AgentProcess extends ProcessFacts {
  readonly children: readonly ProcessFacts[];
  /** The processes from its parent up to the pane's process, nearest first; empty outside of panes. */
  readonly ancestors: readonly ProcessFacts[];
  /** The path that a hook has set on the pane's session (`@claude_transcript`); null without one. */
  readonly stamp: string | null;
}

export interface AgentReading {
  readonly version: string | null;
  readonly launch: AgentLaunch;
  /** The surest first. Empty for `fresh`, because nothing can be resumed yet. */
  readonly claims: readonly ConversationClaim[];
  readonly fresh: boolean;
  /** Why there is no claim; null when there is one, or when the agent is fresh. */
  readonly reason: string | null;
}

export interface ResumableQuery {
  readonly id: string;
  readonly launch: AgentLaunch;
}

export type Resumability =
  | { readonly kind: 'resumable' }
  /** `reason` is a clause such as `its transcript was removed`. */
  | { readonly kind: 'gone'; readonly reason: string }
  | { readonly kind: 'live-elsewhere'; readonly pid: number };
