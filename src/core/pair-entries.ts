import { isSameServer } from './is-same-server.ts';
import type { Manifest, SessionEntry } from './manifest.ts';
import { wasBackAs } from './same-session.ts';

export interface EntryPairs {
  /** Every entry of the later manifest, in its order, with what it was before; null when it is new. */
  readonly pairs: readonly { readonly before: SessionEntry | null; readonly after: SessionEntry }[];
  /** Entries of the earlier manifest that the later one has no more. */
  readonly left: readonly SessionEntry[];
}

/** Finds which entries of two successive manifests are the same session. */
export function pairEntries(earlier: Manifest | null, later: Manifest): EntryPairs {
  const left = new Set(earlier?.sessions ?? []);
  const before = new Map<SessionEntry, SessionEntry>();
  const sameServer = isSameServer(earlier?.server ?? null, later.server);
  // The surest sign first, over all entries: a namesake must not take what a surer sign gives to another.
  for (const isSame of sameServer ? [hasSameTmuxId, ...lessSureSigns] : lessSureSigns) {
    for (const after of later.sessions) {
      if (before.has(after)) continue;
      const found = [...left].find((entry) => isSame(entry, after));
      if (found === undefined) continue;
      before.set(after, found);
      left.delete(found);
    }
  }
  return {
    pairs: later.sessions.map((after) => ({ before: before.get(after) ?? null, after })),
    left: [...left],
  };
}

type Sign = (before: SessionEntry, after: SessionEntry) => boolean;

const lessSureSigns: readonly Sign[] = [
  (before, after) => isStillGone(before, after) && before.goneAt === after.goneAt,
  isStillGone,
  (before, after) => before.state === 'live' && after.state === 'gone' && isSameRecord(before, after),
  isLiveAgain,
];

/** On one server a session keeps its `$N` through every rename. */
function hasSameTmuxId(before: SessionEntry, after: SessionEntry): boolean {
  return before.state === 'live' && after.state === 'live' && before.tmuxId !== null && before.tmuxId === after.tmuxId;
}

function isStillGone(before: SessionEntry, after: SessionEntry): boolean {
  return before.state === 'gone' && after.state === 'gone' && isSameRecord(before, after);
}

/** An entry that turns gone keeps everything that was recorded of it. */
function isSameRecord(before: SessionEntry, after: SessionEntry): boolean {
  return before.name === after.name && before.tmuxId === after.tmuxId && before.createdAt === after.createdAt;
}

function isLiveAgain(before: SessionEntry, after: SessionEntry): boolean {
  return after.state === 'live' && wasBackAs(before, after);
}
