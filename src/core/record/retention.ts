import type { LiveEntry, SessionEntry } from '../manifest.ts';
import { compareText } from '../text.ts';

const goneDays = 30;
const goneEntries = 200;
/** The size limit, in characters of JSON: ten times 200 gone sessions with an agent, at about 900 characters each. */
const goneCharacters = 2_000_000;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The entries that a manifest keeps, in their fixed order: every live one, and gone ones within the limits of age,
 * number and size.
 */
export function retained(entries: readonly SessionEntry[], now: string): readonly SessionEntry[] {
  const oldestKept = new Date(Date.parse(now) - goneDays * dayMs).toISOString();
  const gone = entries
    .flatMap((entry) => (entry.state === 'gone' && entry.goneAt >= oldestKept ? [entry] : []))
    .toSorted((a, b) => compareText(b.goneAt, a.goneAt) || inOrder(a, b))
    .slice(0, goneEntries);
  const live = entries.flatMap((entry) => (entry.state === 'live' ? [withoutOldPanes(entry, oldestKept)] : []));
  return [...live, ...withinSize(gone)].toSorted(inOrder);
}

function withoutOldPanes(entry: LiveEntry, oldestKept: string): LiveEntry {
  const gonePanes = entry.gonePanes.filter(({ conversation }) => (conversation?.ended?.at ?? '') >= oldestKept);
  return { ...entry, gonePanes };
}

function withinSize<Entry extends SessionEntry>(newestFirst: readonly Entry[]): readonly Entry[] {
  let characters = 0;
  const end = newestFirst.findIndex((entry) => (characters += JSON.stringify(entry).length) > goneCharacters);
  return end < 0 ? newestFirst : newestFirst.slice(0, end);
}

/** Sorts by name, then by server, then live before gone, then later before earlier. The same entries always get the same order. */
function inOrder(a: SessionEntry, b: SessionEntry): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.socket ?? '', b.socket ?? '') ||
    compareText(b.state, a.state) ||
    compareText(b.lastSeenAt, a.lastSeenAt) ||
    compareText(b.goneAt ?? '', a.goneAt ?? '') ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}
