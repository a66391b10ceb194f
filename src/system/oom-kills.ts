import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orNull } from './or-null.ts';

/** A reading of one of the kernel's OOM-kill counters. */
export interface OomKills {
  /** The file the count is from; counts of different sources cannot be compared. */
  readonly source: string;
  readonly count: number;
}

export interface OomKillsRequest {
  readonly uid: number;
  /** The user's tmux server, when it is known. */
  readonly serverPid: number | null;
  readonly cgroupRoot?: string;
  readonly procRoot?: string;
}

/**
 * Reads the narrowest OOM-kill counter that covers the user's tmux server: that of the user's slice, else the host's; null
 * where the kernel does not count. Throws HostReadError.
 */
export function readOomKills(request: OomKillsRequest): OomKills | null {
  const { uid, serverPid, cgroupRoot = '/sys/fs/cgroup', procRoot = '/proc' } = request;
  const slice = `/user.slice/user-${uid}.slice`;
  const inSlice = readCount(join(cgroupRoot, slice, 'memory.events'));
  if (inSlice !== null && isServerInSlice(serverPid, slice, procRoot)) return inSlice;
  return readCount(join(procRoot, 'vmstat'));
}

/** Whether somebody was OOM-killed between two readings. */
export function oomKillsRose(before: OomKills | null, after: OomKills | null): boolean {
  if (before === null || after === null || before.source !== after.source) return false;
  // A slice that is removed at logout and made anew starts at zero.
  if (after.count < before.count) return after.count > 0;
  return after.count > before.count;
}

/** A server that was started by a service or a web terminal lives outside the slice, and its kills are not counted there. */
function isServerInSlice(serverPid: number | null, slice: string, procRoot: string): boolean {
  if (serverPid === null) return true;
  const cgroups = readText(join(procRoot, String(serverPid), 'cgroup'));
  if (cgroups === null) return true;
  // cgroups(7): the line of version 2 is `0::PATH`.
  const path = /^0::(.*)$/m.exec(cgroups)?.[1];
  return path !== undefined && (path === slice || path.startsWith(`${slice}/`));
}

function readCount(path: string): OomKills | null {
  const count = /^oom_kill ([0-9]+)$/m.exec(readText(path) ?? '')?.[1];
  return count === undefined ? null : { source: path, count: Number(count) };
}

function readText(path: string): string | null {
  return orNull(path, () => readFileSync(path, 'utf8'));
}
