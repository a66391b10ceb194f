import type { Manifest, Pane, SessionEntry, Window } from '../manifest.ts';

/**
 * Whether a manifest differs from the stored one in anything that a restore would use, or that tells what happened.
 *
 * It compares the whole document except the fields named here as volatile. So a field that is added later counts
 * automatically.
 */
export function isWorthASnapshot(stored: Manifest | null, next: Manifest): boolean {
  return stored === null || textOf(lasting(stored)) !== textOf(lasting(next));
}

/** Volatile: the time of the look, and the times at which running sessions were last seen. */
function lasting({ takenAt: _takenAt, sessions, ...rest }: Manifest): unknown {
  return { ...rest, sessions: sessions.map(lastingEntry) };
}

function lastingEntry(entry: SessionEntry): unknown {
  const { lastSeenAt, windows, ...rest } = entry;
  return { ...rest, lastSeenAt: entry.state === 'live' ? null : lastSeenAt, windows: windows.map(lastingWindow) };
}

/**
 * Volatile: the name of a window that tmux names itself. Also the layout of a window with a single pane, because it
 * only shows the size of the last attached terminal.
 */
function lastingWindow({ name, layout, panes, ...rest }: Window): unknown {
  return {
    ...rest,
    name: rest.automaticName ? null : name,
    layout: panes.length > 1 ? layout : null,
    panes: panes.map(lastingPane),
  };
}

/** Volatile: the name of the foreground program. No restore uses it. */
function lastingPane({ command: _command, ...rest }: Pane): unknown {
  return rest;
}

/** The same text for equal documents, in any order of fields. A stored document has the field order of its file. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sorted(part) : part));
}

function sorted(record: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
