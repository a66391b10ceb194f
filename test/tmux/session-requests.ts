import { listServer } from '../../src/tmux/list-server.ts';
import type { ListedSession } from '../../src/tmux/listing.ts';
import type { SessionRequest } from '../../src/tmux/session-commands.ts';
import type { TmuxTarget } from '../../src/tmux/tmux-target.ts';
import type { WindowRequest } from '../../src/tmux/window-commands.ts';

/** A session with one window and one shell. */
export function plain(name: string): SessionRequest {
  return {
    name,
    path: '/',
    sharesWindowsOf: null,
    sharedWindow: null,
    sharedLastWindow: null,
    windows: [oneWindow({})],
    options: [],
    environment: [],
  };
}

/** A window with one shell, but for the parts given. */
export function oneWindow(parts: Partial<WindowRequest>): WindowRequest {
  return {
    index: 0,
    name: 'sh',
    automaticName: true,
    active: false,
    last: false,
    zoomed: false,
    layout: null,
    options: [],
    panes: [{ active: true, title: '', cwd: '/', command: null }],
    ...parts,
  };
}

/** Asks for a listed session again. */
export function requestOf({ name, path, sharesWindowsOf, windows }: ListedSession): SessionRequest {
  return {
    name,
    path,
    sharesWindowsOf,
    sharedWindow: null,
    sharedLastWindow: null,
    options: [],
    environment: [],
    windows: windows.map((listed) => ({
      ...listed,
      options: [],
      panes: listed.panes.map(({ active }) => ({ active, title: '', cwd: path, command: null })),
    })),
  };
}

/** The sessions of a server that must answer. */
export async function sessionsOf(target: TmuxTarget): Promise<readonly ListedSession[]> {
  const listing = await listServer(target);
  if (listing.kind !== 'listed') throw new Error(JSON.stringify(listing));
  return listing.sessions;
}
