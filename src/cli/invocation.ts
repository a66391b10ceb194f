import type { LocalNow } from '../core/when.ts';
import type { UtcOffsetMinutes } from '../render/text/clock.ts';
import type { Arguments } from './parse-arguments.ts';

/** One run of the program: its arguments, and its access to the outside. */
export interface Invocation {
  readonly args: Arguments;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly terminal: Terminal;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What the times depend on that a person writes on the command line. */
export function localNow({ now, terminal }: Pick<Invocation, 'now' | 'terminal'>): LocalNow {
  return { nowMs: now().getTime(), utcOffsetMinutes: terminal.utcOffsetMinutes };
}

export interface Terminal {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Whether stdout is a terminal, which would act on control characters. */
  readonly isOutShown: boolean;
  readonly colorOut: boolean;
  /** Whether stdout is systemd's journal. */
  readonly journalOut: boolean;
  /** Whether stderr is systemd's journal. */
  readonly journalError: boolean;
  /** Whether the run may draw progress on stderr. */
  readonly drawsProgress: boolean;
  readonly utcOffsetMinutes: UtcOffsetMinutes;
}
