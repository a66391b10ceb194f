import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HostReadError } from './errors.ts';
import { maxStatusBytes, mustRead, readBounded } from './read-file.ts';

export interface HostFacts {
  readonly hostname: string;
  /** Changes at each boot of the kernel, and in most containers at each of theirs. */
  readonly bootId: string;
  /** The start of PID 1, in clock ticks since the kernel booted, as text; null when it is hidden from us. */
  readonly initStartTime: string | null;
  /** The same by the clock, in milliseconds since the epoch; when the kernel booted where it is hidden. */
  readonly initStartedAtMs: number;
  /** When the kernel booted, in milliseconds since the epoch, exact to the second. */
  readonly bootTimeMs: number;
}

/** Reads what identifies this host and this boot of it. Throws HostReadError where /proc does not tell. */
export function readHostFacts(procRoot = '/proc'): HostFacts {
  const bootId = bootIdOfInit(procRoot) ?? readBootId(procRoot);
  const bootTimeMs = readBootTimeMs(procRoot);
  const initStartTime = startTimeIn(join(procRoot, '1/stat'));
  return {
    hostname: hostname(),
    bootId,
    initStartTime,
    initStartedAtMs: bootTimeMs + (initStartTime === null ? 0 : msOfTicks(initStartTime)),
    bootTimeMs,
  };
}

const bootIdPath = 'sys/kernel/random/boot_id';

/**
 * The boot id as PID 1 reads it; null where we may not look, as any user but root.
 *
 * A container manager gives a container a boot id of its own by a bind mount. ProtectKernelTunables=, ProtectProc= and the
 * like put a new /proc or /proc/sys above it, which shows the id of the host: so a unit and a shell read two ids of one boot
 * (systemd 247 and 252). The mounts of PID 1 are the same for both. On a host that is no container all ids are one.
 */
function bootIdOfInit(procRoot: string): string | null {
  // In a container that somebody's own program is PID 1 of, its root directory may be a place that never answers.
  const status = readBounded(join(procRoot, '1/status'), maxStatusBytes);
  if (status === null || !/^Uid:\t0\t0\t0\t/m.test(status)) return null;
  const bootId = readBounded(join(procRoot, '1/root/proc', bootIdPath), maxStatusBytes)?.trim() ?? '';
  return bootId === '' ? null : bootId;
}

function readBootId(procRoot: string): string {
  const path = join(procRoot, bootIdPath);
  const bootId = mustRead(path, () => readFileSync(path, 'utf8').trim());
  if (bootId === '') throw new HostReadError(path, 'it is empty');
  return bootId;
}

function readBootTimeMs(procRoot: string): number {
  const path = join(procRoot, 'stat');
  const seconds = /^btime ([0-9]+)$/m.exec(mustRead(path, () => readFileSync(path, 'utf8')))?.[1];
  if (seconds === undefined) throw new HostReadError(path, 'it has no btime line');
  return Number(seconds) * 1000;
}

/**
 * The start of a process in clock ticks since the kernel booted, as the text of field 22 of its /proc/PID/stat; null when it
 * is hidden from us, or is not there. A zombie is not there any more, however long its parent takes to note its end.
 */
export function startTimeIn(path: string): string | null {
  const stat = readBounded(path, maxStatusBytes);
  if (stat === null) return null;
  // proc(5): the name is in parentheses, and may hold anything.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Milliseconds in a number of clock ticks, as /proc tells it. */
export function msOfTicks(ticks: string): number {
  return (Number(ticks) / ticksPerSecond) * 1000;
}
