import { findConversation } from '../agents/find-conversation.ts';
import { matchesPattern } from '../core/matches-pattern.ts';
import type { Pane, Window } from '../core/manifest.ts';
import type { Observation, ObservedSession } from '../core/observation.ts';
import type { Policy, RosterUser } from '../core/roster.ts';
import { paneDirectory } from '../process/process-details.ts';
import { paneProcesses } from '../process/pane-processes.ts';
import { readProcessTable, type ProcessTable } from '../process/process-table.ts';
import { listServer } from '../tmux/list-server.ts';
import type { ListedPane, ListedSession, ListedWindow, Listing } from '../tmux/listing.ts';
import { tmuxTarget, type TmuxTarget } from '../tmux/tmux-target.ts';
import type { Account } from '../system/account.ts';
import type { Context } from './context.ts';

/** Looks at the tmux of every given user that has an account: users side by side, then one pass over the processes. */
export async function observeUsers(
  context: Context,
  users: readonly RosterUser[],
): Promise<ReadonlyMap<string, Observation>> {
  const listings = await Promise.all(
    users.flatMap((user) => {
      const account = context.accounts.get(user.name);
      return account === undefined ? [] : [listing(context, user, account)];
    }),
  );
  context.signal.throwIfAborted();
  // After the listings, so that the processes of every listed pane are in it.
  const table = readProcessTable();
  return new Map(listings.map(({ user, seen }) => [user.name, observationOf(seen, user.policy, table)]));
}

/** How a user's tmux is reached in this run. */
export function targetFor(context: Context, account: Account): TmuxTarget {
  const { invoker, socketName, tmuxConfigFile } = context;
  const caller = { uid: invoker.account.uid, searchPath: invoker.path, tmpDir: invoker.tmuxTmpDir };
  return tmuxTarget(account, caller, { socketName, configFile: tmuxConfigFile });
}

async function listing(
  context: Context,
  user: RosterUser,
  account: Account,
): Promise<{ readonly user: RosterUser; readonly seen: Listing }> {
  return { user, seen: await listServer(targetFor(context, account), { signal: context.signal }) };
}

function observationOf(seen: Listing, policy: Policy, table: ProcessTable): Observation {
  if (seen.kind !== 'listed') return seen;
  return {
    kind: 'observed',
    server: seen.server,
    sessions: seen.sessions.map((session) => observedSession(session, policy, table)),
  };
}

function observedSession(session: ListedSession, policy: Policy, table: ProcessTable): ObservedSession {
  const { optedOut, ...facts } = session;
  const isExcluded = policy.exclude.some((pattern) => matchesPattern(session.name, pattern));
  return {
    ...facts,
    managed: !optedOut && !isExcluded,
    windows: session.windows.map((window) => observedWindow(window, table)),
  };
}

function observedWindow(window: ListedWindow, table: ProcessTable): Window {
  return { ...window, panes: window.panes.map((pane) => observedPane(pane, table)) };
}

function observedPane(pane: ListedPane, table: ProcessTable): Pane {
  const { pid, dead, currentPath, ...facts } = pane;
  const conversation = dead ? null : findConversation(paneProcesses(table, pid));
  return {
    ...facts,
    cwd: (dead ? null : paneDirectory(table, pid)) ?? currentPath,
    conversation: conversation === null ? null : { ...conversation, ended: null },
    agent: null,
  };
}
