import type { ServerIdentity } from '../core/manifest.ts';

/** What tmux itself tells of a user's server. `absent` only when it said so in words we know. */
export type Listing =
  | {
      readonly kind: 'listed';
      /** null when the server runs without any session and does not tell. */
      readonly server: ServerIdentity | null;
      readonly sessions: readonly ListedSession[];
    }
  | { readonly kind: 'absent'; readonly socket: 'missing' | 'stale' }
  | { readonly kind: 'unknown'; readonly reason: string; readonly mend?: string };

export interface ListedSession {
  readonly name: string;
  readonly tmuxId: string;
  readonly createdAt: string;
  readonly path: string;
  /** Name of the session of the same group that has the windows; this one then has none. */
  readonly sharesWindowsOf: string | null;
  /** Index of the window that such a session shows; null for one with windows of its own. */
  readonly sharedWindow: number | null;
  /** The user said `tmux set -t NAME @persist off`. */
  readonly optedOut: boolean;
  /** The path that a hook of the agent left (`@claude_transcript`); the user can write anything there. */
  readonly stamp: string | null;
  readonly windows: readonly ListedWindow[];
}

export interface ListedWindow {
  readonly index: number;
  readonly name: string;
  readonly automaticName: boolean;
  readonly active: boolean;
  readonly layout: string;
  readonly panes: readonly ListedPane[];
}

export interface ListedPane {
  readonly index: number;
  readonly tmuxId: string;
  readonly active: boolean;
  /** The process that tmux started in the pane; null when it has ended. */
  readonly pid: number | null;
  /** Its program has ended, and the pane was kept (`remain-on-exit`). */
  readonly dead: boolean;
  readonly command: string;
  /** What tmux believes; `/proc` knows better. */
  readonly currentPath: string;
  readonly title: string;
}
