import type { ServerIdentity, Window, WindowLink } from '../core/manifest.ts';

/** What tmux itself tells about a user's server. `absent` only when tmux said so in known words. */
export type Listing =
  | {
      readonly kind: 'listed';
      /** null when the server runs without any session and does not tell its identity. */
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
  /** Name of the session in the same group that owns the windows. This session then has none. */
  readonly sharesWindowsOf: string | null;
  /** Index of the window that such a session shows; null for a session with its own windows. */
  readonly sharedWindow: number | null;
  /** Index of the window that such a session showed before that one; null for none. */
  readonly sharedLastWindow: number | null;
  /** The user has set `tmux set -t NAME @persist off`. */
  readonly optedOut: boolean;
  /** The path that an agent's hook has set (`@claude_transcript`). The user can write anything there. */
  readonly stamp: string | null;
  /** Whether the session satisfies the condition that the listing asked about; left out when it asked about none. */
  readonly satisfies?: boolean;
  readonly windows: readonly ListedWindow[];
  /** Windows that an older session of another group owns. */
  readonly links: readonly WindowLink[];
}

export interface ListedWindow extends Omit<Window, 'layout' | 'options' | 'panes'> {
  readonly tmuxId: string;
  readonly layout: string;
  readonly panes: readonly ListedPane[];
}

export interface ListedPane {
  readonly index: number;
  readonly tmuxId: string;
  readonly active: boolean;
  /** The process that tmux started in the pane; null when it has ended. */
  readonly pid: number | null;
  /** The pane's program has ended, and `remain-on-exit` has kept the pane. */
  readonly dead: boolean;
  readonly command: string;
  /** tmux's own finding; `/proc` is more reliable. */
  readonly currentPath: string;
  readonly title: string;
}
