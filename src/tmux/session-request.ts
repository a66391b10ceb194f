/** A session to be created, as its record has it. */
export interface SessionRequest {
  /** As tmux showed it: vis(3)-escaped. */
  readonly name: string;
  /** Where the session starts when it has no windows of its own; checked by the caller, tmux falls back silently. */
  readonly path: string;
  /** Name of the session whose windows it shares; it then needs no windows. */
  readonly sharesWindowsOf: string | null;
  /** Index of the window that it then shows; null where any will do. */
  readonly sharedWindow: number | null;
  readonly windows: readonly WindowRequest[];
}

export interface WindowRequest {
  readonly index: number;
  /** As tmux showed it. */
  readonly name: string;
  readonly automaticName: boolean;
  readonly active: boolean;
  readonly layout: string | null;
  readonly panes: readonly PaneRequest[];
}

export interface PaneRequest {
  readonly active: boolean;
  /** Checked by the caller. */
  readonly cwd: string;
  /** Two words or more, run without a shell; null is the user's login shell. */
  readonly command: readonly string[] | null;
}
