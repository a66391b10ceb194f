import { createHash } from 'node:crypto';
import { watchDirectory } from './watch-directory.ts';

/** Something that pages show, and that changes: the sessions of a user, or the overview of all. */
export interface Seen {
  readonly key: string;
  /** Whether a new record of this user can change it. */
  readonly concerns: (user: string) => boolean;
  /** Its present state, as one text; null when that cannot be told now. It must not come from a memory. */
  readonly look: () => Promise<string | null>;
  /** The least time between two looks. */
  readonly restMs: number;
}

export interface Live {
  /** Calls back whenever what is seen is no longer in this version; returns what stops that. */
  readonly view: (seen: Seen, version: string, onChange: (version: string) => void) => () => void;
  /** Looks again at all that shows this user, because we know that something happened. */
  readonly touch: (user: string) => void;
  readonly close: () => void;
}

interface Entry {
  readonly seen: Seen;
  readonly viewers: Map<symbol, { version: string; readonly onChange: (version: string) => void }>;
  state: 'resting' | 'looking' | 'looking-and-stale';
}

/** Where nothing tells of changes. */
const askEveryMs = 15_000;

/** The version of a state, for the page that shows it. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** Shares one look among all that view the same, and looks only while somebody views. */
export function makeLive(changesDirectory: string): Live {
  const entries = new Map<string, Entry>();
  const look = async (entry: Entry): Promise<void> => {
    if (entry.state !== 'resting') {
      entry.state = 'looking-and-stale';
      return;
    }
    entry.state = 'looking';
    const text = await entry.seen.look();
    if (text !== null) tell(entry, versionOf(text));
    setTimeout(() => {
      const isStale = entry.state === 'looking-and-stale';
      entry.state = 'resting';
      if (isStale && entry.viewers.size > 0) void look(entry);
    }, entry.seen.restMs).unref();
  };
  const touch = (user: string): void => {
    for (const entry of entries.values()) if (entry.seen.concerns(user)) void look(entry);
  };
  const directory = watchDirectory(changesDirectory, touch);
  const timer = setInterval(() => {
    if (entries.size === 0) return;
    if (directory.isWatched()) return;
    for (const entry of entries.values()) void look(entry);
  }, askEveryMs).unref();
  return {
    view: (seen, version, onChange) => {
      const entry = entries.get(seen.key) ?? { seen, viewers: new Map(), state: 'resting' };
      entries.set(seen.key, entry);
      const viewer = Symbol(seen.key);
      entry.viewers.set(viewer, { version, onChange });
      // Something may have changed since the page was made.
      void look(entry);
      return () => {
        entry.viewers.delete(viewer);
        if (entry.viewers.size === 0) entries.delete(seen.key);
      };
    },
    touch,
    close: () => {
      clearInterval(timer);
      directory.close();
    },
  };
}

function tell({ viewers }: Entry, version: string): void {
  for (const viewer of viewers.values()) {
    if (viewer.version === version) continue;
    viewer.version = version;
    viewer.onChange(version);
  }
}
