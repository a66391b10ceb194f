import type { Manifest, Pane, SessionEntry, Window } from './manifest.ts';

/**
 * Whether a manifest differs from the stored one in anything that a restore would use, or that tells what happened.
 *
 * All of the document counts, but for what is named here as volatile: a field that is added later counts by itself.
 */
export function isWorthASnapshot(stored: Manifest | null, next: Manifest): boolean {
  return stored === null || textOf(lasting(stored)) !== textOf(lasting(next));
}

/** Volatile: when it was looked, and when sessions that run were last seen. */
function lasting({ takenAt: _takenAt, sessions, ...rest }: Manifest): unknown {
  return { ...rest, sessions: sessions.map(lastingEntry) };
}

function lastingEntry(entry: SessionEntry): unknown {
  const { lastSeenAt, windows, ...rest } = entry;
  return { ...rest, lastSeenAt: entry.state === 'live' ? null : lastSeenAt, windows: windows.map(lastingWindow) };
}

/**
 * Volatile: the name of a window that tmux names itself, and the layout of one with a single pane, which tells the size of the
 * terminal that was attached last.
 */
function lastingWindow({ name, layout, panes, ...rest }: Window): unknown {
  return {
    ...rest,
    name: rest.automaticName ? null : name,
    layout: panes.length > 1 ? layout : null,
    panes: panes.map(lastingPane),
  };
}

/** Volatile: a title, which some programs spin, and the name of the program in front. No restore uses them. */
function lastingPane({ title: _title, command: _command, ...rest }: Pane): unknown {
  return rest;
}

/** The same text for the same document, whatever the order of its fields: what was stored comes in the order of its file. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sorted(part) : part));
}

function sorted(record: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
