import type { AgentReading, Resumability, ResumableQuery } from './agent.ts';
import type { NearCleanup } from './claude/resumable.ts';

/**
 * What the reading process is asked about one user, as one line of JSON on its standard input. It says a line when it is ready
 * to read the first one.
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
  /** Conversations of which it is to be told whether they can be resumed. */
  readonly resumable: readonly ResumableQuestion[];
  /** Claude Code's conversations of which it is to be told whether their transcripts are about to be removed. */
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

/** The answer about one user: one line of JSON on standard output, before the next question is read. */
export interface UserAnswer {
  readonly user: string;
  readonly agents: readonly AgentAnswer[];
  /** In the order of `resumable`. */
  readonly resumable: readonly Resumability[];
  /** The first due first. */
  readonly nearCleanup: readonly NearCleanup[];
}

/** In place of an answer: something could not be read that could change it. */
export interface UserFailure {
  readonly user: string;
  readonly failure: string;
}

export interface AgentAnswer {
  readonly agent: string;
  readonly pid: number;
  readonly startTime: string;
  /** The pane it is the agent of; null for one outside of panes. */
  readonly pane: string | null;
  readonly reading: AgentReading;
}
