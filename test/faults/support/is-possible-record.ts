import type { Scene } from './scene.ts';

/** Whether a record, as `stateFacts` gives it, can come of a scene in which the `known` ones can. */
export function isPossibleRecord(
  found: string | null,
  known: readonly (string | null)[],
  mode: Scene['records'],
): boolean {
  if (known.includes(found)) return true;
  if (mode === 'whole' || found === null) return false;
  const others = known.flatMap((one) => (one === null ? [] : [partsOf(one)]));
  const sessions = new Set(others.flatMap((one) => one.sessions));
  const { frame, sessions: own } = partsOf(found);
  return others.some((one) => one.frame === frame) && own.every((session) => sessions.has(session));
}

interface Parts {
  /** All but the sessions, and their names: one that is there twice is twice in it. */
  readonly frame: string;
  readonly sessions: readonly string[];
}

function partsOf(text: string): Parts {
  const { sessions, ...head }: { sessions: readonly { name: string }[] } = JSON.parse(text);
  return {
    frame: JSON.stringify({ ...head, names: sessions.map(({ name }) => name).toSorted() }),
    sessions: sessions.map((session) => JSON.stringify(session)),
  };
}
