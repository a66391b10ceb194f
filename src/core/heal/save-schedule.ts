/**
 * Whether and when the watch saves a user. All times are milliseconds of one monotonic clock, so that no change of the
 * wall clock delays a save.
 */
export interface SaveNeed {
  /** The first and the last sign of a change since the last save began; null when there is none. */
  readonly signs: { readonly firstMs: number; readonly lastMs: number } | null;
  /** Something has ended, so that the save does not wait until the user's terminals are quiet. */
  readonly isUrgent: boolean;
  /** The user's last save was so dear that the next one waits until then. */
  readonly notBeforeMs: number;
}

export const noNeed: SaveNeed = { signs: null, isUrgent: false, notBeforeMs: 0 };

/** A person who opens a session makes several changes in a row. One save records them all. */
const quietMs = 500;
/** What has ended is recorded after this time, in which the connection to its server tells how that ended. */
const certainMs = 250;
/** A user whose terminals are never quiet is still saved this often. */
const patienceMs = 2_000;
/** The largest part of a processor, or of the time, that the saves of one user may take. */
const largestShare = 0.1;
/** Even after a very long save the next one comes after this time. */
const longestPauseMs = 60_000;

/** The need after one more sign of a change. */
export function withSign(need: SaveNeed, nowMs: number, isUrgent: boolean): SaveNeed {
  return {
    ...need,
    signs: { firstMs: need.signs?.firstMs ?? nowMs, lastMs: nowMs },
    isUrgent: need.isUrgent || isUrgent,
  };
}

/** The time at which the user is to be saved; null without any sign of a change. */
export function dueAtMs({ signs, isUrgent, notBeforeMs }: SaveNeed): number | null {
  if (signs === null) return null;
  const ripe = isUrgent ? signs.firstMs + certainMs : Math.min(signs.lastMs + quietMs, signs.firstMs + patienceMs);
  return Math.max(ripe, notBeforeMs);
}

/** The need when a save has begun. Signs that come from now on ask for another save. */
export function withSaveBegun(need: SaveNeed): SaveNeed {
  return { ...need, signs: null, isUrgent: false };
}

/** What a save took: the time until its end, and the processor time of this process meanwhile. */
export interface SaveCost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * The need when a save has ended. A user who makes and closes sessions without end gets about a tenth of a processor,
 * and one whose files hang a tenth of the time.
 */
export function withSaveEnded(need: SaveNeed, { wallMs, cpuMs }: SaveCost, endedMs: number): SaveNeed {
  // On a busy host a save takes long and costs little. The programs that it starts cost about as much as it does itself.
  const costMs = Math.min(wallMs, 2 * cpuMs + Math.max(0, wallMs - usualWallMs));
  return { ...need, notBeforeMs: endedMs + Math.min(costMs * (1 / largestShare - 1), longestPauseMs) };
}

/** What takes longer hangs. */
const usualWallMs = 2_000;
