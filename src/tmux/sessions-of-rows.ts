import { groupBy } from '../core/group-by.ts';
import type { ListedPane, ListedSession, ListedWindow } from './listing.ts';
import type { ListingRows, PaneRow, SessionRow } from './listing-rows.ts';

/**
 * Builds sessions from rows, oldest session first. tmux repeats a pane for every session that shows it (the members of
 * a group, linked windows): the oldest session keeps it. null when the rows contradict each other.
 */
export function sessionsOfRows(rows: ListingRows): readonly ListedSession[] | null {
  const panesBySession = groupBy(rows.panes, (pane) => pane.sessionId);
  if (panesBySession.size !== rows.sessions.length) return null;
  if (new Set(rows.sessions.map(({ name }) => name)).size !== rows.sessions.length) return null;
  const owners = new Map<string, SessionRow>();
  const seenPanes = new Set<string>();
  const sessions: ListedSession[] = [];
  for (const row of rows.sessions.toSorted((a, b) => numberOf(a.tmuxId) - numberOf(b.tmuxId))) {
    const panes = panesBySession.get(row.tmuxId);
    if (panes === undefined) return null;
    const owner = row.group === '' ? undefined : owners.get(row.group);
    if (row.group !== '' && owner === undefined) owners.set(row.group, row);
    const { tmuxId, name, createdAt, optedOut, stamp } = row;
    // tmux 3.1c does not tell where a session began.
    const path = row.path === '' ? (panes[0]?.currentPath ?? '') : row.path;
    const unseen = panes.filter((pane) => !seenPanes.has(pane.tmuxId));
    for (const pane of unseen) seenPanes.add(pane.tmuxId);
    const windows = owner === undefined ? windowsOf(unseen) : [];
    const shared = owner === undefined ? undefined : panes.find(({ windowActive }) => windowActive);
    sessions.push({
      tmuxId,
      name,
      createdAt,
      path,
      optedOut,
      stamp,
      sharesWindowsOf: owner?.name ?? null,
      sharedWindow: shared?.windowIndex ?? null,
      windows,
    });
  }
  return sessions;
}

function windowsOf(panes: readonly PaneRow[]): readonly ListedWindow[] {
  return [...groupBy(panes, (pane) => pane.windowIndex)].flatMap(([index, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { windowName: name, automaticName, windowActive: active, layout } = first;
    return [{ index, name, automaticName, active, layout, panes: members.map(paneOf) }];
  });
}

function paneOf(row: PaneRow): ListedPane {
  const { index, tmuxId, active, pid, dead, command, currentPath, title } = row;
  return { index, tmuxId, active, pid, dead, command, currentPath, title };
}

function numberOf(tmuxId: string): number {
  return Number(tmuxId.slice(1));
}
