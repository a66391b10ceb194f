import type { Boot } from './boot.ts';
import { comesBack, type Conversation, type PaneAgent, type ProcessIdentity } from './conversation.ts';
import type { Killer } from './endings.ts';
import type { SessionSettings, Setting } from './settings.ts';

/** One user's record of sessions. Times are ISO 8601 in UTC. */
export interface Manifest extends Boot {
  readonly user: string;
  readonly uid: number;
  readonly host: string;
  readonly takenAt: string;
  /** The tmux server that was seen; null when none was running. */
  readonly server: ServerIdentity | null;
  /** The managed servers on other sockets that were seen. */
  readonly furtherServers: readonly FurtherServer[];
  /**
   * The configuration files that the last seen server was started with (`-f`); null when it used the default ones, or
   * when they are not known.
   */
  readonly configFiles: readonly string[] | null;
  readonly sessions: readonly SessionEntry[];
}

export interface FurtherServer extends ServerIdentity {
  /** The absolute path of its socket. */
  readonly socket: string;
}

/** `#{pid}` and `#{start_time}` (seconds since the epoch) of a tmux server. A different pair is a different server. */
export interface ServerIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/** The server that a record knows on a socket; null when it saw none there. */
export function serverOn({ server, furtherServers }: Manifest, socket: string | null): ServerIdentity | null {
  if (socket === null) return server;
  return furtherServers.find((one) => one.socket === socket) ?? null;
}

export type SessionEntry = LiveEntry | GoneEntry;

export interface LiveEntry extends SessionFacts {
  readonly state: 'live';
  readonly cause: null;
  readonly goneAt: null;
  readonly killer: null;
}

export interface GoneEntry extends SessionFacts {
  readonly state: 'gone';
  readonly cause: Cause;
  readonly goneAt: string;
  /** Who killed it, or its server; null when nobody did, or when nothing tells. */
  readonly killer: Killer | null;
  /**
   * When a person had it forgotten, where it was lost before that. Missing in records of earlier versions: then
   * `goneAt` is the best that is known.
   */
  readonly forgottenAt?: string;
}

/** When what its cause says happened: the forgetting of a loss comes after the loss. */
export function causeTimeOf({ goneAt, forgottenAt }: GoneEntry): string {
  return forgottenAt ?? goneAt;
}

export interface SessionFacts {
  readonly name: string;
  /** The absolute path of its server's socket; null for the account's default socket. */
  readonly socket: string | null;
  /** tmux's `$N`, valid only on one server; null when imported. */
  readonly tmuxId: string | null;
  readonly createdAt: string | null;
  readonly lastSeenAt: string;
  /** The start directory of the session. */
  readonly path: string;
  /** Name of the session in the same session group that owns the windows. This entry then has no windows of its own. */
  readonly sharesWindowsOf: string | null;
  /** Index of the window that such an entry shows; null for a session with its own windows, or when not known. */
  readonly sharedWindow: number | null;
  /** Index of the window that such an entry showed before that one; null for none, or when not known. */
  readonly sharedLastWindow: number | null;
  readonly windows: readonly Window[];
  /** Windows of other sessions that are linked into this one. */
  readonly links: readonly WindowLink[];
  readonly settings: SessionSettings;
  /**
   * Panes that closed while the session lived, kept for the conversations that ended in them; the latest comes first.
   */
  readonly gonePanes: readonly GonePane[];
}

export interface Window {
  readonly index: number;
  readonly name: string;
  /** tmux renames the window after its command, so a restore does not set the name. */
  readonly automaticName: boolean;
  readonly active: boolean;
  /** The window that the session showed before the active one. */
  readonly last: boolean;
  /** Its active pane fills the window. */
  readonly zoomed: boolean;
  /** tmux's layout string; null when imported. */
  readonly layout: string | null;
  readonly options: readonly Setting[];
  readonly panes: readonly Pane[];
}

/** A window that belongs to an older session, and is linked into this one, too. */
export interface WindowLink {
  /** Its index in this session. */
  readonly index: number;
  /** Name of the session that has it as one of its own windows. */
  readonly owner: string;
  /** Its index there. */
  readonly window: number;
  readonly active: boolean;
  readonly last: boolean;
}

export interface Pane {
  readonly index: number;
  /** tmux's `%N`, valid only on one server; null when imported. */
  readonly tmuxId: string | null;
  readonly active: boolean;
  readonly cwd: string;
  /** The title that it had when its shell last waited at the prompt. Programs animate theirs. */
  readonly title: string;
  readonly command: string;
  /** The process that tmux started in the pane; null when it has ended, or when imported. */
  readonly process: ProcessIdentity | null;
  readonly conversation: Conversation | null;
  /** The agent of `conversation`, or an agent whose conversation is not known; null for a shell. */
  readonly agent: PaneAgent | null;
  /**
   * The shell that the pane was started with, and that started any agent in it; null without a shell, or when not
   * known.
   */
  readonly shell: PaneShell | null;
  /** The listed program that runs in the pane (core/pane-program.ts); null for none. */
  readonly program: PaneProgram | null;
}

export interface GonePane extends Pane {
  /** The name that the user gave its window; null when tmux named it. */
  readonly windowName: string | null;
}

/** A program that a restore starts again in its pane, below the shell. */
export interface PaneProgram {
  /** Its arguments, its name first. */
  readonly argv: readonly string[];
}

export interface PaneShell {
  /** The absolute path of the shell. */
  readonly program: string;
  /** Whether it is a login shell. */
  readonly login: boolean;
}

/** The name by which a person means this session among namesakes on other servers: `notes`, `/run/emo/work:notes`. */
export function qualifiedName({ name, socket }: Pick<SessionFacts, 'name' | 'socket'>): string {
  return socket === null ? name : `${socket}:${name}`;
}

/** A session, as recorded or as seen. */
interface WithPanes {
  readonly windows: readonly Pick<Window, 'panes'>[];
}

export function panesOf(session: WithPanes): readonly Pane[] {
  return session.windows.flatMap((window) => window.panes);
}

/** All panes of a record: first the existing ones, then those that closed while the session lived. */
export function recordedPanesOf(session: WithPanes & Pick<SessionFacts, 'gonePanes'>): readonly Pane[] {
  return [...panesOf(session), ...session.gonePanes];
}

/** The conversations that a restore of this session would start. */
export function conversationsOf(session: WithPanes): readonly Conversation[] {
  return panesOf(session).flatMap((pane) =>
    pane.conversation !== null && comesBack(pane.conversation) ? [pane.conversation] : [],
  );
}

/** The pane that an attached client would show: the active pane of the active window. */
export function shownPaneOf(session: { readonly windows: readonly Pick<Window, 'active' | 'panes'>[] }): Pane | null {
  const window = session.windows.find((candidate) => candidate.active) ?? session.windows[0];
  return window?.panes.find((candidate) => candidate.active) ?? window?.panes[0] ?? null;
}

/** The directory that the output shows for a session: that of the pane it shows. */
export function directoryOf(session: SessionFacts): string {
  return shownPaneOf(session)?.cwd ?? session.path;
}

/** Why a session is gone. `save` works it out from the evidence. */
export const causes = ['reboot', 'server-died', 'killed', 'server-stopped', 'closed', 'forgotten'] as const;

export type Cause = (typeof causes)[number];

/** Whether it means that somebody or something killed the session, or its server. */
export function isViolentCause(cause: Cause): boolean {
  return cause === 'server-died' || cause === 'killed';
}

export function isCause(text: string): text is Cause {
  return causes.some((cause) => cause === text);
}

/** The directory that a pane starts in. An agent finds a conversation only where that conversation belongs. */
export function startDirectoryOf({ agent, conversation, cwd }: Pane): string {
  return conversation === null ? cwd : (agent?.launch.directory ?? cwd);
}
