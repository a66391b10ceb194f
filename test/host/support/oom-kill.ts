import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupOf, memoryCgroupV1 } from './machine-cgroup.ts';
import { waitFor } from './wait-for.ts';

export interface OomKillRequest {
  /** The machine's, which names the cgroup. */
  readonly id: string;
  /** The machine's cgroup root on the host. */
  readonly payload: string;
  /** The process that shall die, as a number on the host. */
  readonly hostPid: number;
  /** Makes the process want at least `oomGrowthBytes` more memory. */
  readonly grow: () => Promise<unknown>;
}

export const oomGrowthBytes = 32 * 1024 * 1024;
const headroomBytes = oomGrowthBytes / 2;

/** Lets the kernel's OOM killer end a process; throws when the process lives on, or when the kernel counted no kill. */
export async function oomKill({ id, payload, hostPid, grow }: OomKillRequest): Promise<void> {
  const v1 = memoryCgroupV1(id, `oom-${hostPid}`);
  const limit = v1 === null ? limitInPlace(hostPid, payload) : limitApart(hostPid, v1);
  try {
    const before = limit.kills();
    await grow();
    await waitFor(() => hasEnded(hostPid), 20_000, `the OOM kill of process ${hostPid}`);
    if (limit.kills() === before) throw new Error(`process ${hostPid} ended, but the kernel counted no OOM kill`);
  } finally {
    limit.lift();
  }
}

interface MemoryLimit {
  readonly kills: () => number;
  readonly lift: () => void;
}

/** The v1 hierarchy of memory is apart from the one that systemd looks at: the process can be moved alone, and unseen. */
function limitApart(hostPid: number, directory: string): MemoryLimit {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'memory.limit_in_bytes'), String(headroomBytes));
  writeFileSync(join(directory, 'cgroup.procs'), String(hostPid));
  return { kills: () => killsIn(join(directory, 'memory.oom_control')), lift: () => {} };
}

/** In v2 the limit is put on the cgroup that the process is in, where it grows to be the largest one. */
function limitInPlace(hostPid: number, payload: string): MemoryLimit {
  const directory = cgroupOf(hostPid);
  const limitFile = join(directory, 'memory.max');
  if (!existsSync(limitFile)) throw new Error(`no memory controller in ${directory}: nothing can be OOM-killed there`);
  const current = Number(readFileSync(join(directory, 'memory.current'), 'utf8'));
  const swapFile = join(directory, 'memory.swap.max');
  if (existsSync(swapFile)) writeFileSync(swapFile, '0');
  writeFileSync(limitFile, String(current + headroomBytes));
  return {
    // cgroup-v2.rst: the events of a cgroup include those below it. The process's own cgroup may be gone with it.
    kills: () => killsIn(join(payload, 'memory.events')),
    lift: () => {
      if (existsSync(limitFile)) writeFileSync(limitFile, 'max');
    },
  };
}

/** A zombie has ended too: on a busy host tmux 3.3a can leave one of a pane for as long as the server lives. */
function hasEnded(pid: number): boolean {
  try {
    return /^State:\tZ/m.test(readFileSync(join('/proc', String(pid), 'status'), 'utf8'));
  } catch {
    return true;
  }
}

function killsIn(path: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
}
