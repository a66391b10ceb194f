/** A place among the few root commands that may run at once. Leaving it twice is the same as once. */
export interface Slot {
  readonly leave: () => void;
}

export interface Slots {
  /** Waits for a place; null when too many wait already. */
  readonly enter: (work: 'read' | 'act') => Promise<Slot | null>;
}

/**
 * The places for root commands. Acts, which can take minutes, never take the last one, so that pages are shown while
 * everybody restores.
 */
export function makeSlots(count: number, maxWaiting: number): Slots {
  const running = { read: 0, act: 0 };
  const waiting: { readonly work: 'read' | 'act'; readonly start: (slot: Slot) => void }[] = [];
  const hasRoom = (work: 'read' | 'act'): boolean =>
    running.read + running.act < count && (work === 'read' || running.act < count - 1);
  const take = (work: 'read' | 'act'): Slot => {
    running[work] += 1;
    let isTaken = true;
    return {
      leave: () => {
        if (!isTaken) return;
        isTaken = false;
        running[work] -= 1;
        startNext();
      },
    };
  };
  const startNext = (): void => {
    // The first one that has room: a waiting act does not hold up the pages behind it.
    const index = waiting.findIndex(({ work }) => hasRoom(work));
    const [next] = index < 0 ? [] : waiting.splice(index, 1);
    if (next !== undefined) next.start(take(next.work));
  };
  return {
    enter: async (work) => {
      if (hasRoom(work)) return take(work);
      if (waiting.length >= maxWaiting) return null;
      return new Promise((resolve) => {
        waiting.push({ work, start: resolve });
      });
    },
  };
}
