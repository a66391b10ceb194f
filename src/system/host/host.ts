import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { HostReadError } from '../errors.ts';
import { maxStatusBytes, mustRead, readBounded } from '../files/read-file.ts';

export interface HostFacts {
  readonly hostname: string;
  /** It changes at each boot of the kernel, and in most containers at each start of the container. */
  readonly bootId: string;
  /** The start of PID 1, in clock ticks since the kernel booted, as text; null when it is hidden. */
  readonly initStartTime: string | null;
  /** The same as a time, in milliseconds since the epoch. When it is hidden, the boot of the kernel. */
  readonly initStartedAtMs: number;
  /** The boot of the kernel, in milliseconds since the epoch, exact to the second. */
  readonly bootTimeMs: number;
}

/** Reads the identity of this host and of its current boot. Throws HostReadError when /proc does not tell it. */
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
 * The boot id as PID 1 reads it; null when this process may not look, as any user but root.
 *
 * A container manager gives a container its own boot id with a bind mount. ProtectKernelTunables=, ProtectProc= and
 * similar settings put a new /proc or /proc/sys above it, which shows the host's id. So a unit and a shell read two
 * different ids during one boot (systemd 247 and 252). The mounts of PID 1 are the same for both. On a host that is no
 * container all ids are equal.
 */
function bootIdOfInit(procRoot: string): string | null {
  // In a container whose PID 1 is a user's program, its root directory may be a place that never answers.
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
 * The start of a process in clock ticks since the kernel booted: the text of field 22 of its /proc/PID/stat. null when
 * the process is hidden or missing. A zombie counts as missing, even while its parent has not collected it.
 */
export function startTimeIn(path: string): string | null {
  const stat = readBounded(path, maxStatusBytes);
  if (stat === null) return null;
  // proc(5): the name is in parentheses, and may contain any character.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
}

/** The time since the boot of the kernel, in milliseconds, without those in which the host slept (CLOCK_MONOTONIC). */
export function monotonicNowMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** USER_HZ, which is 100 on every Linux that Node supports. */
const ticksPerSecond = 100;

/** Milliseconds in a number of clock ticks, as /proc shows it. */
export function msOfTicks(ticks: string): number {
  return (Number(ticks) / ticksPerSecond) * 1000;
}
