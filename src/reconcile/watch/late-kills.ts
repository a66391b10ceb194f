/** Reads of the journal some time after something has ended, because a daemon may tell of its kill only then. */
export interface LateKills {
  /** Something has ended just now. */
  readonly expect: (nowMs: number) => void;
  /** Begins the read that is due, if one is. */
  readonly beginDue: (nowMs: number) => void;
  /** When the next read is due, by the monotonic clock; infinite when none is. */
  readonly nextDueMs: () => number;
}

interface LateKillsOptions {
  readonly read: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Earlyoom 1.6 to 1.8 looks ten times in a second whether its victim has ended, and tells of the kill only then. A save
 * has seen the end before.
 */
const soonMs = 1_000;
/** On a host without memory, journald itself may be late. */
const lateMs = 10_000;
/** Programs that end all the time do not make it read more often. A read is one short child process. */
const readEveryMs = 5_000;

export function lateKills({ read, onFailure }: LateKillsOptions): LateKills {
  let soonAtMs = Number.POSITIVE_INFINITY;
  let lateAtMs = Number.POSITIVE_INFINITY;
  let notBeforeMs = 0;
  let isReading = false;
  const nextDueMs = (): number =>
    isReading ? Number.POSITIVE_INFINITY : Math.max(notBeforeMs, Math.min(soonAtMs, lateAtMs));
  return {
    expect: (nowMs) => {
      soonAtMs = Math.min(soonAtMs, nowMs + soonMs);
      lateAtMs = nowMs + lateMs;
    },
    beginDue: (nowMs) => {
      if (nowMs < nextDueMs()) return;
      if (nowMs >= soonAtMs) soonAtMs = Number.POSITIVE_INFINITY;
      if (nowMs >= lateAtMs) lateAtMs = Number.POSITIVE_INFINITY;
      notBeforeMs = nowMs + readEveryMs;
      isReading = true;
      void read()
        .catch(onFailure)
        .finally(() => (isReading = false));
    },
    nextDueMs,
  };
}
