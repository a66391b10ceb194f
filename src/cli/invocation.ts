import type { UtcOffsetMinutes } from '../render/clock.ts';
import type { Arguments } from './parse-arguments.ts';

/** One run of the program: what was asked, and the outside it may use. */
export interface Invocation {
  readonly args: Arguments;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly terminal: Terminal;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

export interface Terminal {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Whether stdout is a terminal, which acts on what it is given. */
  readonly isOutShown: boolean;
  readonly colorOut: boolean;
  /** Whether stdout is systemd's journal. */
  readonly journalOut: boolean;
  /** Whether stderr is systemd's journal. */
  readonly journalError: boolean;
  /** Whether progress may be drawn on stderr. */
  readonly drawsProgress: boolean;
  readonly utcOffsetMinutes: UtcOffsetMinutes;
}
