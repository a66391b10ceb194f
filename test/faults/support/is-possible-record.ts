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
  const { head, sessions } = partsOf(found);
  const names = [...sessions.keys()].toSorted().join();
  return (
    others.some((one) => one.head === head && [...one.sessions.keys()].toSorted().join() === names) &&
    [...sessions].every(([name, text]) => others.some((one) => one.sessions.get(name) === text))
  );
}

interface Parts {
  readonly head: string;
  readonly sessions: ReadonlyMap<string, string>;
}

function partsOf(text: string): Parts {
  const { sessions, ...head }: { sessions: readonly { name: string }[] } = JSON.parse(text);
  return {
    head: JSON.stringify(head),
    sessions: new Map(sessions.map((session) => [session.name, JSON.stringify(session)])),
  };
}
