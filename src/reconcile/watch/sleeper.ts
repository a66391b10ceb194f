/** The pause between two rounds of the watch, which an event cuts short. */
export interface Sleeper {
  /** Waits until a time of the monotonic clock, or until something wakes it; never longer than `longestMs`. */
  readonly until: (timeMs: number) => Promise<void>;
  readonly wake: () => void;
}

/** Timers of Node hold at most 2^31 ms. */
const longestMs = 60_000;

export function sleeper(): Sleeper {
  let isAwake = false;
  let onWake: (() => void) | null = null;
  return {
    until: async (timeMs) => {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          const ms = Math.min(Math.max(timeMs - performance.now(), 0), longestMs);
          const timer = setTimeout(resolve, ms);
          onWake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isAwake = false;
      onWake = null;
    },
    wake: () => {
      isAwake = true;
      onWake?.();
    },
  };
}
