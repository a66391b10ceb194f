import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupOf, isInCgroup } from './cgroups.ts';
import { maxStatusBytes, readBounded } from '../files/read-file.ts';

/** A reading of one of the kernel's OOM-kill counters. */
export interface OomKills {
  /** The source of the count. Counts of different sources cannot be compared. */
  readonly source: string;
  readonly count: number;
  /** The host's own count, which continues when a slice's count ends with the slice; null when nobody told it. */
  readonly hostCount: number | null;
}

interface OomKillsRequest {
  readonly uid: number;
  /** The user's tmux server, when it is known. */
  readonly serverPid: number | null;
  readonly cgroupRoot?: string;
  readonly procRoot?: string;
}

/**
 * Reads the narrowest OOM-kill counter that covers the user's tmux server: that of the user's slice, else the host's.
 * null when the kernel does not count. Throws HostReadError.
 */
export function readOomKills(request: OomKillsRequest): OomKills | null {
  const { uid, serverPid, cgroupRoot = '/sys/fs/cgroup', procRoot = '/proc' } = request;
  const slice = `/user.slice/user-${uid}.slice`;
  const sliceEvents = join(cgroupRoot, slice, 'memory.events');
  const hostEvents = join(procRoot, 'vmstat');
  const hostCount = readCount(hostEvents);
  const sliceCount = readCount(sliceEvents);
  if (sliceCount !== null && isServerInSlice(serverPid, slice, procRoot)) {
    // A slice ends with its last process, and the next slice has another inode.
    return { source: `${sliceEvents}, inode ${inodeOf(sliceEvents)}`, count: sliceCount, hostCount };
  }
  return hostCount === null ? null : { source: hostEvents, count: hostCount, hostCount };
}

/** Whether an OOM kill happened between two readings. */
export function oomKillsRose(before: OomKills | null, after: OomKills | null): boolean {
  if (before === null || after === null) return false;
  const isComparable = before.source === after.source;
  const from = isComparable ? before.count : before.hostCount;
  const to = isComparable ? after.count : after.hostCount;
  return from !== null && to !== null && to > from;
}

/**
 * Whether the server is in the slice. A server that a service or a web terminal started is not, and the slice does not
 * count its kills.
 */
function isServerInSlice(serverPid: number | null, slice: string, procRoot: string): boolean {
  if (serverPid === null) return true;
  const cgroup = cgroupOf(serverPid, procRoot);
  return cgroup === null || isInCgroup(cgroup, slice);
}

function readCount(path: string): number | null {
  const count = /^oom_kill ([0-9]+)$/m.exec(readBounded(path, maxStatusBytes) ?? '')?.[1];
  return count === undefined ? null : Number(count);
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}

/**
 * The memory that is available without swapping, in MiB (MemAvailable, proc(5)); null when the kernel does not tell.
 */
export function readAvailableMemoryMib(path = '/proc/meminfo'): number | null {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1];
    return kib === undefined ? null : Math.floor(Number(kib) / 1024);
  } catch {
    return null;
  }
}
