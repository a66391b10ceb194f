import type { AgentWrapper } from '../core/conversation.ts';
import type { AgentReading, Resumability, ResumableQuery } from './agent.ts';
import type { NearCleanup } from './claude/resumable.ts';

/**
 * The question about one user to the reading process, as one line of JSON on its standard input. The process prints a
 * line when it is ready for the first one.
 */
export interface UserQuestion {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** Whether it has to become that user first, which takes root. */
  readonly switches: boolean;
  readonly bootTimeMs: number;
  readonly panes: readonly PaneQuestion[];
  /** The processes of those panes, and agents outside of panes with their children. */
  readonly processes: readonly ListedProcess[];
  /** Conversations to check: can they be resumed? */
  readonly resumable: readonly ResumableQuestion[];
  /** Claude Code's conversations to check: will their transcripts be removed soon? */
  readonly nearCleanup: { readonly nowMs: number; readonly conversations: readonly ResumableQuery[] };
}

export interface PaneQuestion {
  /** tmux's `%N`. */
  readonly pane: string;
  readonly pid: number;
  readonly foregroundGroup: number;
  readonly stamp: string | null;
}

export interface ListedProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly startTime: string;
  readonly comm: string;
}

interface ResumableQuestion extends ResumableQuery {
  readonly agent: string;
}

/** The answer about one user, as one line of JSON on standard output, printed before it reads the next question. */
export interface UserAnswer {
  readonly user: string;
  readonly agents: readonly AgentAnswer[];
  /** In the order of `resumable`. */
  readonly resumable: readonly Resumability[];
  /** The first due first. */
  readonly nearCleanup: readonly NearCleanup[];
}

/** Replaces an answer: a read failed that could have changed it. */
export interface UserFailure {
  readonly user: string;
  readonly failure: string;
}

export interface AgentAnswer {
  readonly agent: string;
  readonly pid: number;
  readonly startTime: string;
  /** The pane of the agent; null for an agent outside of panes. */
  readonly pane: string | null;
  readonly reading: AgentReading;
  readonly wrapper: AgentWrapper | null;
}
