/** One terminal of the host. */
export interface Terminal {
  readonly uid: number;
  /** Changes when the terminal was closed and its number was given to another one. */
  readonly mark: number;
}

/** The terminals at one moment, by their number, such as `4`. */
export type Terminals = ReadonlyMap<string, Terminal>;

/** The ids of the users of whom a terminal came or went between two looks. */
export function usersOfChangedTerminals(before: Terminals, after: Terminals): ReadonlySet<number> {
  return new Set([...ownersOfOthers(before, after), ...ownersOfOthers(after, before)]);
}

/** The owners of the terminals that the other look did not find. */
function ownersOfOthers(terminals: Terminals, otherLook: Terminals): readonly number[] {
  const others: number[] = [];
  for (const [name, { uid, mark }] of terminals) {
    const there = otherLook.get(name);
    if (there === undefined || there.uid !== uid || there.mark !== mark) others.push(uid);
  }
  return others;
}
