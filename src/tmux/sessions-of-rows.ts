import { groupBy } from '../core/group-by.ts';
import type { WindowLink } from '../core/manifest.ts';
import type { ListedPane, ListedSession, ListedWindow } from './listing.ts';
import type { ListingRows, PaneRow, SessionRow } from './listing-rows.ts';

/**
 * Builds sessions from rows, oldest session first; null when the rows contradict each other.
 *
 * tmux repeats a window for every session that shows it. The oldest one owns it. A session of the same group shares all
 * windows, and any other session has a link to it.
 */
export function sessionsOfRows(rows: ListingRows): readonly ListedSession[] | null {
  const panesBySession = groupBy(rows.panes, (pane) => pane.sessionId);
  if (panesBySession.size !== rows.sessions.length) return null;
  if (new Set(rows.sessions.map(({ name }) => name)).size !== rows.sessions.length) return null;
  const owners = new Map<string, SessionRow>();
  const homes = new Map<string, WindowHome>();
  const sessions: ListedSession[] = [];
  for (const row of rows.sessions.toSorted((a, b) => numberOf(a.tmuxId) - numberOf(b.tmuxId))) {
    const panes = panesBySession.get(row.tmuxId);
    if (panes === undefined) return null;
    const owner = row.group === '' ? undefined : owners.get(row.group);
    if (row.group !== '' && owner === undefined) owners.set(row.group, row);
    const { tmuxId, name, createdAt, optedOut, stamp, satisfies } = row;
    // tmux 3.1c does not tell the start directory of a session.
    const path = row.path === '' ? (panes[0]?.currentPath ?? '') : row.path;
    const shown = [...groupBy(panes, ({ windowIndex }) => windowIndex)].toSorted(([a], [b]) => a - b);
    const content = owner === undefined ? contentOf(shown, name, homes) : noContent;
    sessions.push({
      tmuxId,
      name,
      createdAt,
      path,
      optedOut,
      stamp,
      ...(satisfies === undefined ? {} : { satisfies }),
      sharesWindowsOf: owner?.name ?? null,
      sharedWindow: owner === undefined ? null : indexOf(panes.find(({ windowActive }) => windowActive)),
      sharedLastWindow: owner === undefined ? null : indexOf(panes.find(({ windowLast }) => windowLast)),
      ...content,
    });
  }
  return sessions;
}

/** Where a window is at home: the oldest session that has it, and its lowest index there. */
type WindowHome = Pick<WindowLink, 'owner' | 'window'>;

type SessionContent = Pick<ListedSession, 'windows' | 'links'>;

const noContent: SessionContent = { windows: [], links: [] };

function contentOf(
  shown: readonly (readonly [number, readonly PaneRow[]])[],
  session: string,
  homes: Map<string, WindowHome>,
): SessionContent {
  const windows: ListedWindow[] = [];
  const links: WindowLink[] = [];
  for (const [index, members] of shown) {
    const [first] = members;
    if (first === undefined) continue;
    const { windowId, windowName: name, automaticName, windowActive: active, windowLast: last, zoomed, layout } = first;
    const home = homes.get(windowId);
    if (home !== undefined) links.push({ index, ...home, active, last });
    else {
      homes.set(windowId, { owner: session, window: index });
      const panes = members.map(paneOf);
      windows.push({ tmuxId: windowId, index, name, automaticName, active, last, zoomed, layout, panes });
    }
  }
  return { windows, links };
}

function indexOf(row: PaneRow | undefined): number | null {
  return row?.windowIndex ?? null;
}

function paneOf(row: PaneRow): ListedPane {
  const { index, tmuxId, active, pid, dead, command, currentPath, title } = row;
  return { index, tmuxId, active, pid, dead, command, currentPath, title };
}

function numberOf(tmuxId: string): number {
  return Number(tmuxId.slice(1));
}
