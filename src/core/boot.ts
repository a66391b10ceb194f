/** What names a boot; a field is null where it is not known. */
export interface Boot {
  /** The kernel's boot id as PID 1 reads it, so that it is the same for whoever asks. */
  readonly bootId: string | null;
  /** The start of PID 1, in clock ticks since the boot of the kernel, as text. */
  readonly initStartTime: string | null;
}

/**
 * Whether both name one boot: the same id, and the same start of PID 1 as far as both tell it.
 *
 * Each catches what the other misses. A container that starts again under a running kernel may keep the id, but its PID 1
 * is a new one. After a boot of the host PID 1 may have the same start, always near 0 on bare metal, but the id is new.
 * So different ids are never one boot, however alike the starts: no clock is asked, and a host may have none.
 *
 * That holds as ids are read as PID 1 reads them. The sandbox of a unit in a container shows another one (system/host.ts).
 * Where PID 1 does not let anybody look, the mistake is to bring back too much, and not to leave out what a boot took.
 */
export function isSameBoot(one: Boot, other: Boot): boolean {
  if (one.bootId === null || one.bootId !== other.bootId) return false;
  return one.initStartTime === null || other.initStartTime === null || one.initStartTime === other.initStartTime;
}

/**
 * What to write down of the boot of now; `before` is what was written of the same boot, null where that was another one.
 *
 * It stays as it is unless more is known now, so that a change of hands is no news.
 */
export function nextBoot(before: Boot | null, { bootId, initStartTime }: Boot): Boot {
  if (before === null) return { bootId, initStartTime };
  const isNothingNew = initStartTime === null || initStartTime === before.initStartTime;
  return isNothingNew ? { bootId: before.bootId, initStartTime: before.initStartTime } : { bootId, initStartTime };
}
