import type { Conversation } from './conversation.ts';
import type { ServerIdentity, Window } from './manifest.ts';

/** What looking at a user's tmux gave. Failure to look is `unknown`, never `absent`. */
export type Observation =
  | {
      readonly kind: 'observed';
      /** null when the server runs without any session and does not tell. */
      readonly server: ServerIdentity | null;
      readonly sessions: readonly ObservedSession[];
    }
  | { readonly kind: 'absent'; readonly socket: 'missing' | 'stale' }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /** A command that mends it; never found in the reason, for that quotes whoever listens on the user's socket. */
      readonly mend?: string;
    };

export interface ObservedSession {
  readonly name: string;
  readonly tmuxId: string;
  readonly createdAt: string;
  readonly path: string;
  readonly sharesWindowsOf: string | null;
  readonly sharedWindow: number | null;
  /** False when the user opted it out (`@persist off`) or the roster excludes its name. */
  readonly managed: boolean;
  readonly windows: readonly Window[];
  /** tmux's `%N` of each pane whose shell waits at its prompt. */
  readonly idlePanes: readonly string[];
  /** tmux's `%N` of each pane that stayed when its program ended (`remain-on-exit`). */
  readonly deadPanes: readonly string[];
  /** The conversation that a hook of the agent noted last for the session; null without. It may run, or have ended. */
  readonly stamped: Conversation | null;
}
