interface Lifespan {
  readonly id: string;
  readonly bornAtMs: number;
  readonly modifiedAtMs: number;
}

export type AfterClear =
  | { readonly kind: 'same' }
  | { readonly kind: 'switched'; readonly id: string }
  | { readonly kind: 'unclear'; readonly candidates: number };

/** Another process that writes down no `/clear`, in the same directory. */
export interface ClearRival {
  readonly startedAtMs: number;
  /** When the conversation that it is known to have held was written to last; null when none is known. */
  readonly heldUntilMs: number | null;
}

/**
 * Whether a process that writes down no `/clear` has gone on to another conversation. `cleared` are conversations of the
 * same directory that begin with `/clear` and that no process is known to hold. They are this process's only if no rival could
 * have begun one of them, and if each was begun when the one before it had been written to last.
 */
export function afterClear(held: Lifespan, rivals: readonly ClearRival[], cleared: readonly Lifespan[]): AfterClear {
  const later = cleared
    .filter(({ id, bornAtMs }) => id !== held.id && bornAtMs >= held.modifiedAtMs)
    .toSorted((a, b) => a.bornAtMs - b.bornAtMs);
  const last = later.at(-1);
  if (last === undefined) return { kind: 'same' };
  const isChain = later.every(({ bornAtMs }, at) => bornAtMs >= (later[at - 1]?.modifiedAtMs ?? held.modifiedAtMs));
  const isContested = later.some(({ bornAtMs }) => rivals.some((rival) => couldHaveBegun(rival, bornAtMs)));
  return isContested || !isChain ? { kind: 'unclear', candidates: later.length } : { kind: 'switched', id: last.id };
}

/** Who still wrote to its own conversation afterwards had not left it. */
function couldHaveBegun({ startedAtMs, heldUntilMs }: ClearRival, bornAtMs: number): boolean {
  return startedAtMs <= bornAtMs && (heldUntilMs === null || heldUntilMs <= bornAtMs);
}
