/** The identity of one boot; a field is null when it is not known. */
export interface Boot {
  /** The kernel's boot id as PID 1 reads it, so that it is the same for every caller. */
  readonly bootId: string | null;
  /** The start of PID 1, in clock ticks since the boot of the kernel, as text. */
  readonly initStartTime: string | null;
}

/**
 * Whether both describe one boot: the ids are equal, and so are the start times of PID 1 where both are known.
 *
 * Each check catches what the other misses. A container that restarts under a running kernel may keep the id, but its
 * PID 1 is new. After a reboot on bare metal PID 1 may start at the same tick, always near 0, but the id is new. So
 * different ids always mean different boots. No clock is used, because a host may have none.
 *
 * This needs ids as PID 1 reads them: inside the sandbox of a unit in a container, the id differs (system/host/host.ts).
 * Where PID 1 cannot be read, the error is on the safe side: too much comes back, and no loss by a boot is missed.
 */
export function isSameBoot(one: Boot, other: Boot): boolean {
  if (one.bootId === null || one.bootId !== other.bootId) return false;
  return one.initStartTime === null || other.initStartTime === null || one.initStartTime === other.initStartTime;
}

/**
 * The boot identity to record now; `before` is what was recorded for the same boot, or null for another boot.
 *
 * The recorded identity stays unless more is known now. So a save by another caller does not count as a change.
 */
export function nextBoot(before: Boot | null, { bootId, initStartTime }: Boot): Boot {
  if (before === null) return { bootId, initStartTime };
  const isNothingNew = initStartTime === null || initStartTime === before.initStartTime;
  return isNothingNew ? { bootId: before.bootId, initStartTime: before.initStartTime } : { bootId, initStartTime };
}
