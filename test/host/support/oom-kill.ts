import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryV1 } from './machine-cgroup.ts';
import { waitFor } from './wait-for.ts';

export interface OomKillRequest {
  /** The machine's, which names the cgroup. */
  readonly id: string;
  /** The process that shall die, as a number on the host. */
  readonly hostPid: number;
  /** The machine's cgroup root on the host. */
  readonly payload: string;
  /** Makes the process want 32 MiB more memory. */
  readonly grow: () => Promise<unknown>;
}

/** What may be added before the kernel kills. */
const headroomBytes = 16 * 1024 * 1024;

/** Lets the kernel's OOM killer end a process; throws when the process lives on, or when the kernel counted no kill. */
export async function oomKill({ id, hostPid, payload, grow }: OomKillRequest): Promise<void> {
  const limited = existsSync(join(memoryV1, 'cgroup.procs')) ? limitInV1(id, hostPid) : limitInPlace(hostPid, payload);
  try {
    const before = limited.kills();
    await grow();
    await waitFor(() => !existsSync(join('/proc', String(hostPid))), 10_000, `the OOM kill of process ${hostPid}`);
    if (limited.kills() === before) throw new Error(`process ${hostPid} ended, but the kernel counted no OOM kill`);
  } finally {
    limited.lift();
  }
}

interface MemoryLimit {
  readonly kills: () => number;
  readonly lift: () => void;
}

/** The v1 hierarchy of memory is apart from the one that systemd looks at: the process can be moved alone, and unseen. */
function limitInV1(id: string, hostPid: number): MemoryLimit {
  const directory = join(memoryV1, id);
  mkdirSync(directory);
  writeFileSync(join(directory, 'memory.limit_in_bytes'), String(headroomBytes));
  writeFileSync(join(directory, 'cgroup.procs'), String(hostPid));
  return { kills: () => killsIn(join(directory, 'memory.oom_control')), lift: () => rmdirSync(directory) };
}

/** In v2 the limit is put on the cgroup that the process is in; the process is then the largest one in it. */
function limitInPlace(hostPid: number, payload: string): MemoryLimit {
  const path = /^0::(.*)$/m.exec(readFileSync(join('/proc', String(hostPid), 'cgroup'), 'utf8'))?.[1] ?? '';
  const root = payload.slice(0, payload.indexOf('/', '/sys/fs/cgroup'.length));
  const directory = join(root, path);
  const limitFile = join(directory, 'memory.max');
  if (!existsSync(limitFile)) throw new Error(`no memory controller in ${directory}: the kernel cannot be made to OOM-kill`);
  const current = Number(readFileSync(join(directory, 'memory.current'), 'utf8'));
  if (existsSync(join(directory, 'memory.swap.max'))) writeFileSync(join(directory, 'memory.swap.max'), '0');
  writeFileSync(limitFile, String(current + headroomBytes));
  return {
    kills: () => killsIn(join(directory, 'memory.events')),
    // The cgroup goes away with its last process.
    lift: () => existsSync(limitFile) && writeFileSync(limitFile, 'max'),
  };
}

function killsIn(path: string): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
