import { stampedConversation } from '../../agents/claude/transcripts.ts';
import type { ProcessIdentity } from '../../core/conversation.ts';
import type { Pane } from '../../core/manifest.ts';
import type { ObservedSession } from '../../core/observation.ts';
import { type RosterUser, takesName } from '../../core/roster.ts';
import { foregroundProgram } from '../../process/foreground-program.ts';
import { isIdleShell, paneArguments, paneDirectory, paneShellOf } from '../../process/pane-shell.ts';
import type { ProcessTable } from '../../process/process-table.ts';
import type { Account } from '../../system/host/accounts.ts';
import type { ListedPane, ListedSession } from '../../tmux/listing.ts';
import type { ServerSettings } from '../../tmux/read-settings.ts';
import type { PaneFinding } from './observe-agents.ts';

interface SessionOwner {
  readonly user: RosterUser;
  readonly account: Account;
  /** What is set on the sessions and windows of its server. */
  readonly settings: ServerSettings;
  /** Whether any session of the user satisfies `persist.keep_when`. Only then it counts. */
  readonly isAnyKept: boolean;
}

/** Puts together what tmux, the processes and the agents tell about a session. */
export function observedSession(
  session: ListedSession,
  { user, account, settings, isAnyKept }: SessionOwner,
  agentIn: (tmuxId: string) => PaneFinding,
  table: ProcessTable,
): ObservedSession {
  const { optedOut, stamp, satisfies, ...facts } = session;
  const isLeftOut = isAnyKept && satisfies === false;
  return {
    ...facts,
    managed: !optedOut && !isLeftOut && takesName(user.policy, session.name),
    idlePanes: idlePanesOf(session, table),
    deadPanes: session.windows.flatMap(({ panes }) => panes.flatMap(({ dead, tmuxId }) => (dead ? [tmuxId] : []))),
    stamped: stampedConversation(stamp),
    settings: settings.sessions.get(session.tmuxId) ?? null,
    windows: session.windows.map(({ tmuxId, ...window }) => ({
      ...window,
      options: settings.windows.get(tmuxId) ?? null,
      panes: window.panes.map((pane) => observedPane(pane, agentIn(pane.tmuxId), { user, account }, table)),
    })),
  };
}

function idlePanesOf({ windows }: ListedSession, table: ProcessTable): readonly string[] {
  const panes = windows.flatMap((window) => window.panes);
  return panes.flatMap(({ tmuxId, pid }) => (pid !== null && isIdleShell(table, pid) ? [tmuxId] : []));
}

function observedPane(
  pane: ListedPane,
  found: PaneFinding,
  { user: { policy }, account: { uid } }: Pick<SessionOwner, 'user' | 'account'>,
  table: ProcessTable,
): Pane {
  const { pid, dead: _, currentPath, ...facts } = pane;
  const argv = pid === null ? [] : paneArguments(pid, uid);
  const shell = pid === null ? null : paneShellOf(pid, uid, argv);
  return {
    ...facts,
    ...found,
    process: processOf(table, pid),
    shell,
    program:
      pid === null || found.agent !== null ? null : foregroundProgram(table, { pid, uid, argv }, policy.programs),
    cwd: (pid === null ? null : paneDirectory(table, pid, uid, shell)) ?? currentPath,
  };
}

function processOf({ entries }: ProcessTable, pid: number | null): ProcessIdentity | null {
  const entry = pid === null ? undefined : entries.get(pid);
  return entry === undefined ? null : { pid: entry.pid, startTime: String(entry.startTime) };
}
