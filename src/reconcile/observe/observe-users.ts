import { stampedConversation } from '../../agents/claude/transcripts.ts';
import type { ClaimMemory } from '../../core/assign-conversations.ts';
import type { Pane } from '../../core/manifest.ts';
import type { Observation, ObservedSession } from '../../core/observation.ts';
import type { RosterUser } from '../../core/roster.ts';
import { matchesPattern } from '../../core/text.ts';
import { foregroundProgram } from '../../process/foreground-program.ts';
import { isIdleShell, paneArguments, paneDirectory, paneShellOf } from '../../process/pane-shell.ts';
import { type ProcessTable, readProcessTable } from '../../process/process-table.ts';
import type { Account } from '../../system/accounts.ts';
import { onDemand } from '../../system/on-demand.ts';
import { type Attempt, attemptRead } from '../../system/read-file.ts';
import { type ListeningSockets, readListeningSockets } from '../../system/unix-sockets.ts';
import { listServer } from '../../tmux/list-server.ts';
import type { ListedPane, ListedSession, Listing } from '../../tmux/listing.ts';
import { noServerSettings, readSettings, type ServerSettings } from '../../tmux/read-settings.ts';
import { tmuxTarget, type TmuxTarget } from '../../tmux/tmux-target.ts';
import type { Context } from '../context.ts';
import { type AgentObservation, observeAgents, type PaneFinding } from './observe-agents.ts';

/**
 * Whether a look reads the options and the environment of the sessions, which takes a second call of each server. Only
 * who stores a record needs them.
 */
export type SettingsLook = 'read' | 'leave-out';

/**
 * Observes the tmux of every given user with an account. It lists all servers side by side, then reads the processes
 * once, and then asks the agents that it found.
 */
export async function observeUsers(
  context: Context,
  users: readonly RosterUser[],
  settings: SettingsLook,
  memoryOf: (user: string) => ClaimMemory,
): Promise<ReadonlyMap<string, Observation>> {
  const sockets = onDemand(() => attemptRead(() => readListeningSockets()));
  const looks = await Promise.all(
    users.flatMap((user) => {
      const account = context.accounts.get(user.name);
      return account === undefined ? [] : [look(context, user, account, settings, sockets)];
    }),
  );
  context.signal.throwIfAborted();
  // Read after the listings, so that the table has the processes of every listed pane.
  const processes = attemptRead(readProcessTable);
  if (processes.kind === 'unreadable') {
    return new Map(looks.map((one) => [one.user.name, withoutProcesses(one, processes.reason)]));
  }
  const table = processes.value;
  const believed = looks.map((one) => withOwnProcesses(one, table));
  const owners = believed.map(({ account, seen }) => ({
    account,
    sessions: seen.kind === 'listed' ? seen.sessions : [],
  }));
  const agents = await observeAgents(context, owners, table, memoryOf);
  return new Map(
    believed.map((one) => {
      const found = attemptRead(() => observationOf(one, agents.get(one.user.name) ?? noAgents, table));
      return [one.user.name, found.kind === 'read' ? found.value : withoutProcesses(one, found.reason)];
    }),
  );
}

/**
 * Makes the user unknown: without the process table, sessions would be recorded without directories and conversations.
 */
function withoutProcesses({ seen }: Look, reason: string): Observation {
  return seen.kind === 'listed' ? { kind: 'unknown', reason } : seen;
}

/** How this run reaches a user's tmux. */
export function targetFor(context: Context, account: Account): TmuxTarget {
  const { invoker, socketName, tmuxConfigFile } = context;
  const caller = { uid: invoker.account.uid, searchPath: invoker.path, tmpDir: invoker.tmuxTmpDir };
  return tmuxTarget(account, caller, { socketName, configFile: tmuxConfigFile });
}

interface Look {
  readonly user: RosterUser;
  readonly account: Account;
  readonly seen: Listing;
  readonly settings: ServerSettings;
}

async function look(
  context: Context,
  user: RosterUser,
  account: Account,
  reading: SettingsLook,
  sockets: () => Attempt<ListeningSockets>,
): Promise<Look> {
  const target = targetFor(context, account);
  const seen = await listServer(target, { signal: context.signal }, sockets);
  const settings =
    reading === 'read' && seen.kind === 'listed'
      ? await readSettings(target, seen.sessions, { timeoutMs: settingsTimeoutMs, signal: context.signal })
      : noServerSettings;
  return { user, account, seen, settings };
}

/** A server that has just listed its sessions answers in a few milliseconds. */
const settingsTimeoutMs = 5_000;

/**
 * A pane's process must be a child of its server. The process that listens on a user's socket may not be tmux, and may
 * claim any process of the host for any number of panes. So each process counts once, and no two panes share one.
 */
function withOwnProcesses(one: Look, table: ProcessTable): Look {
  const { seen } = one;
  if (seen.kind !== 'listed') return one;
  const children = new Set(seen.server === null ? [] : table.childrenOf.get(seen.server.pid));
  const believed = (pane: ListedPane): ListedPane =>
    pane.pid !== null && children.delete(pane.pid) ? pane : { ...pane, pid: null };
  const sessions = seen.sessions.map((session) => ({
    ...session,
    windows: session.windows.map((window) => ({ ...window, panes: window.panes.map(believed) })),
  }));
  return { ...one, seen: { ...seen, sessions } };
}

const noAgents: AgentObservation = { kind: 'observed', panes: new Map() };

/** A conversation that could not be read has not ended. So a failed read makes the whole user unknown. */
function observationOf(
  { user, account, seen, settings }: Look,
  agents: AgentObservation,
  table: ProcessTable,
): Observation {
  if (seen.kind !== 'listed') return seen;
  if (agents.kind === 'unknown') return agents;
  return {
    kind: 'observed',
    server: seen.server,
    sessions: seen.sessions.map((session) =>
      observedSession(session, { user, account, settings }, agents.panes, table),
    ),
  };
}

function observedSession(
  session: ListedSession,
  { user, account, settings }: Pick<Look, 'user' | 'account' | 'settings'>,
  agents: ReadonlyMap<string, PaneFinding>,
  table: ProcessTable,
): ObservedSession {
  const { optedOut, stamp, ...facts } = session;
  const isExcluded = user.policy.exclude.some((pattern) => matchesPattern(session.name, pattern));
  return {
    ...facts,
    managed: !optedOut && !isExcluded,
    idlePanes: idlePanesOf(session, table),
    deadPanes: session.windows.flatMap(({ panes }) => panes.flatMap(({ dead, tmuxId }) => (dead ? [tmuxId] : []))),
    stamped: stampedConversation(stamp),
    settings: settings.sessions.get(session.tmuxId) ?? null,
    windows: session.windows.map(({ tmuxId, ...window }) => ({
      ...window,
      options: settings.windows.get(tmuxId) ?? null,
      panes: window.panes.map((pane) =>
        observedPane(pane, agents.get(pane.tmuxId) ?? noAgent, { user, account }, table),
      ),
    })),
  };
}

function idlePanesOf({ windows }: ListedSession, table: ProcessTable): readonly string[] {
  const panes = windows.flatMap((window) => window.panes);
  return panes.flatMap(({ tmuxId, pid }) => (pid !== null && isIdleShell(table, pid) ? [tmuxId] : []));
}

const noAgent: PaneFinding = { conversation: null, agent: null };

function observedPane(
  pane: ListedPane,
  found: PaneFinding,
  { user: { policy }, account: { uid } }: Pick<Look, 'user' | 'account'>,
  table: ProcessTable,
): Pane {
  const { pid, dead: _, currentPath, ...facts } = pane;
  const argv = pid === null ? [] : paneArguments(pid, uid);
  const shell = pid === null ? null : paneShellOf(pid, uid, argv);
  return {
    ...facts,
    ...found,
    shell,
    program:
      pid === null || found.agent !== null ? null : foregroundProgram(table, { pid, uid, argv }, policy.programs),
    cwd: (pid === null ? null : paneDirectory(table, pid, uid, shell)) ?? currentPath,
  };
}
