/** Lets agents start a few at a time, host-wide, and not at all while memory is short. */
export interface StartGate {
  /** Waits for its turn; turns are given in the order of asking, so users who ask one by one take turns. */
  readonly enter: () => Promise<Admission>;
}

export type Admission =
  /** `leave` is to be called once the agent runs, or never will. */
  { readonly kind: 'admitted'; readonly leave: () => void } | { readonly kind: 'deferred'; readonly reason: string };

export interface GateRules {
  readonly atOnce: number;
  readonly memoryFloorMib: number;
  /** null where memory cannot be measured; then it does not keep anything from starting. */
  readonly readAvailableMib: () => number | null;
}

/** Opens a gate for one run. */
export function openStartGate({ atOnce, memoryFloorMib, readAvailableMib }: GateRules): StartGate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) inside -= 1;
    else next();
  };
  return {
    enter: async () => {
      if (inside < atOnce) inside += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      const availableMib = readAvailableMib();
      if (availableMib === null || availableMib >= memoryFloorMib) return { kind: 'admitted', leave };
      leave();
      return {
        kind: 'deferred',
        reason: `only ${availableMib} MiB of memory are available; the floor is ${memoryFloorMib} MiB`,
      };
    },
  };
}
