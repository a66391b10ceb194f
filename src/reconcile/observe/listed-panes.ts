import type { ProcessTable } from '../../process/process-table.ts';
import type { ListedPane, ListedSession, Listing } from '../../tmux/listing.ts';
import type { PaneFinding } from './observe-agents.ts';

export type ListedServer = Extract<Listing, { readonly kind: 'listed' }>;

/**
 * A pane's process must be a child of its server. The process that listens on a user's socket may not be tmux, and may
 * claim any process of the host for any number of panes. So each process counts once, and no two panes share one.
 */
export function withOwnProcesses(seen: ListedServer, table: ProcessTable): ListedServer {
  const children = new Set(seen.server === null ? [] : table.childrenOf.get(seen.server.pid));
  const believed = (pane: ListedPane): ListedPane =>
    pane.pid !== null && children.delete(pane.pid) ? pane : { ...pane, pid: null };
  return { ...seen, sessions: seen.sessions.map((session) => withPanes(session, believed)) };
}

/** Two servers have panes of the same `%N`. So the panes of each further server have keys of their own. */
export function withPaneKeys(session: ListedSession, at: number): ListedSession {
  return at === 0 ? session : withPanes(session, (pane) => ({ ...pane, tmuxId: paneKey(pane.tmuxId, at) }));
}

/** What was found in the panes of one of a user's servers, by the `%N` that its server gave them. */
export function agentsOn(panes: ReadonlyMap<string, PaneFinding>, at: number): (tmuxId: string) => PaneFinding {
  return (tmuxId) => panes.get(paneKey(tmuxId, at)) ?? noAgent;
}

const noAgent: PaneFinding = { conversation: null, agent: null };

function paneKey(tmuxId: string, at: number): string {
  return at === 0 ? tmuxId : `${at}${tmuxId}`;
}

function withPanes(session: ListedSession, change: (pane: ListedPane) => ListedPane): ListedSession {
  return {
    ...session,
    windows: session.windows.map((window) => ({ ...window, panes: window.panes.map(change) })),
  };
}
