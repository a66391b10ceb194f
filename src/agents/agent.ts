import type { ConversationClaim } from '../core/assign-conversations.ts';
import type { AgentLaunch } from '../core/conversation.ts';
import type { UserFiles } from './user-files.ts';

/**
 * One kind of agent: how its processes are recognised, which conversations they hold, and how one is resumed.
 *
 * A new agent is one file with one of these, and one test. All but `mayBe`, `askingArguments` and `startCommand` run with the credentials
 * of the user in question, in a process of their own that is ended when it takes too long.
 */
export interface Agent {
  readonly name: string;
  /** Whether a process of this command name (comm) could be it, so that all others are never looked into. */
  readonly mayBe: (comm: string) => boolean;
  /** Whether the process is this agent, and a person converses with it; null when it is something else. */
  readonly roleOf: (process: ProcessFacts) => 'interactive' | 'other' | null;
  /** What each of one user's interactive processes holds; none is missing from the answer. */
  readonly readConversations: (
    processes: readonly AgentProcess[],
    files: UserFiles,
  ) => ReadonlyMap<AgentProcess, AgentReading>;
  /** Whether a conversation can be resumed now. */
  readonly checkResumable: (wanted: ResumableQuery, files: UserFiles) => Resumability;
  /** Whether this version says, elsewhere than in its arguments, which conversation it has taken up. */
  readonly announcesConversation: (version: string | null) => boolean;
  /**
   * Arguments without those that let it act without asking a person, however they are spelled. What it does not know is left
   * out, too: that might be another spelling.
   */
  readonly askingArguments: (args: readonly string[]) => readonly string[];
  /** The command that resumes a conversation, or with null starts a new one; null when the id is not believable. */
  readonly startCommand: (launch: AgentLaunch, conversationId: string | null) => readonly string[] | null;
}

/** A process as `/proc` tells it, read with its user's own rights. */
export interface ProcessFacts {
  readonly pid: number;
  readonly ppid: number;
  /** Clock ticks since boot, as text: with the pid it names a process for good. */
  readonly startTime: string;
  readonly startedAtMs: number;
  readonly comm: string;
  /** What `/proc/PID/exe` points to, without the mark of a deleted file; null when hidden. */
  readonly exe: string | null;
  /** The exact argument vector; null when hidden. May have been overwritten by the process. */
  readonly argv: readonly string[] | null;
  readonly cwd: string | null;
  readonly env: (name: string) => string | null;
}

export interface AgentProcess extends ProcessFacts {
  readonly children: readonly ProcessFacts[];
  /** The path that a hook left on the pane's session (`@claude_transcript`); null without. */
  readonly stamp: string | null;
}

export interface AgentReading {
  readonly version: string | null;
  readonly launch: AgentLaunch;
  /** Surest first. Empty with `fresh`: there is nothing to resume yet. */
  readonly claims: readonly ConversationClaim[];
  readonly fresh: boolean;
  /** Why there is no claim; null when there is one, or it is fresh. */
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
