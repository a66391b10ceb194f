import type { Conversation } from './conversation.ts';
import type { ServerIdentity, Window, WindowLink } from './manifest.ts';
import type { SessionSettings, Setting } from './settings.ts';

/**
 * The result of looking at a user's tmux: the server on the default socket, and what was found beside it. One `unknown`
 * server that may hold recorded sessions makes the whole user `unknown`.
 */
export type Observation = ServerObservation & {
  /** Missing when this run looks at one server only. */
  readonly beside?: ServersBeside;
};

export interface ServersBeside {
  /** The servers on other sockets whose sessions are recorded and restored; each ran, or had recorded sessions. */
  readonly managed: readonly ManagedServer[];
  /** Running servers that are only named. */
  readonly unmanaged: readonly UnmanagedServer[];
}

export interface ManagedServer {
  /** The absolute path of its socket. */
  readonly socket: string;
  readonly observation: Exclude<ServerObservation, { readonly kind: 'unknown' }>;
  /** Whether its user can start a server there: the directory of the socket is there, and open. */
  readonly canStart: boolean;
}

export interface UnmanagedServer {
  /** The path that it listens on, as the kernel shows it; null when that cannot be seen. */
  readonly socket: string | null;
  readonly pid: number;
  /** Why it is only named, in words; null when the roster does not name its socket. */
  readonly obstacle: string | null;
  /** A command that makes it reachable; null when none is known. */
  readonly mend: string | null;
}

/** The result of looking at one server. A failed look is `unknown`, never `absent`. */
export type ServerObservation =
  | {
      readonly kind: 'observed';
      /** null when the server runs without any session and does not tell its identity. */
      readonly server: ServerIdentity | null;
      /** The configuration files that the server was started with (`-f`); null for the default ones, or not known. */
      readonly configFiles: readonly string[] | null;
      readonly sessions: readonly ObservedSession[];
    }
  | { readonly kind: 'absent'; readonly socket: 'missing' | 'stale' }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /**
       * A command that mends it. It never comes from `reason`, because that quotes the process that listens on the
       * user's socket.
       */
      readonly mend?: string;
    };

export interface ObservedSession {
  readonly name: string;
  readonly tmuxId: string;
  readonly createdAt: string;
  readonly path: string;
  readonly sharesWindowsOf: string | null;
  readonly sharedWindow: number | null;
  readonly sharedLastWindow: number | null;
  /** False when the user opted the session out (`@persist off`), or when the roster excludes its name. */
  readonly managed: boolean;
  readonly windows: readonly ObservedWindow[];
  readonly links: readonly WindowLink[];
  /** null when this look did not read them. */
  readonly settings: SessionSettings | null;
  /** tmux's `%N` of each pane whose shell waits at its prompt. */
  readonly idlePanes: readonly string[];
  /** tmux's `%N` of each pane that stayed when its program ended (`remain-on-exit`). */
  readonly deadPanes: readonly string[];
  /** The conversation that an agent's hook noted last for the session; null without one. It may run, or have ended. */
  readonly stamped: Conversation | null;
}

export interface ObservedWindow extends Omit<Window, 'options'> {
  /** null when this look did not read them. */
  readonly options: readonly Setting[] | null;
}

/** Whether an agent may take the place of this pane: its shell waits at the prompt, or its program has ended. */
export function isFreePane(session: ObservedSession | null, paneId: string): boolean {
  return session !== null && [...session.idlePanes, ...session.deadPanes].includes(paneId);
}
