import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group in which the kernel kills for memory. */
export interface MemoryCgroup {
  /** As the kernel names it. */
  readonly path: string;
  readonly directory: string;
  readonly add: (pid: number) => void;
  /** How many processes the kernel has killed in it. */
  readonly oomKills: () => number;
  readonly remove: () => void;
}

/** Makes a control group with little memory, of version 1 or 2; throws the reason where neither has a memory controller. */
export function createMemoryCgroup(name: string, limitMib = 32): MemoryCgroup {
  const refusals: string[] = [];
  for (const makeIt of [makeVersion1, makeVersion2]) {
    const made = makeIt(name, limitMib * 1024 * 1024);
    if (typeof made !== 'string') return made;
    refusals.push(made);
  }
  throw new Error(`no memory controller can be used, so nothing can be OOM-killed here: ${refusals.join('; ')}`);
}

function makeVersion1(name: string, limitBytes: number): MemoryCgroup | string {
  const mount = mountPoint((type, options) => type === 'cgroup' && options.includes('memory'));
  if (mount === null) return 'cgroup v1 memory is not mounted';
  return attempt('cgroup v1', () => {
    const path = make(mount, name);
    writeFileSync(join(path, 'memory.limit_in_bytes'), String(limitBytes));
    const withSwap = join(path, 'memory.memsw.limit_in_bytes');
    if (existsSync(withSwap)) writeFileSync(withSwap, String(limitBytes));
    return cgroupAt(mount, name, 'memory.oom_control');
  });
}

function makeVersion2(name: string, limitBytes: number): MemoryCgroup | string {
  const mount = mountPoint((type) => type === 'cgroup2');
  if (mount === null) return 'cgroup v2 is not mounted';
  if (!readFileSync(join(mount, 'cgroup.controllers'), 'utf8').split(/\s+/).includes('memory')) {
    return `cgroup v2 at ${mount} has no memory controller`;
  }
  return attempt('cgroup v2', () => {
    writeFileSync(join(mount, 'cgroup.subtree_control'), '+memory');
    const path = make(mount, name);
    writeFileSync(join(path, 'memory.max'), String(limitBytes));
    const swap = join(path, 'memory.swap.max');
    if (existsSync(swap)) writeFileSync(swap, '0');
    return cgroupAt(mount, name, 'memory.events');
  });
}

function make(mount: string, name: string): string {
  const path = join(mount, name);
  mkdirSync(path);
  return path;
}

function cgroupAt(mount: string, name: string, eventsFile: string): MemoryCgroup {
  const path = join(mount, name);
  return {
    path: `/${name}`,
    directory: path,
    add: (pid) => writeFileSync(join(path, 'cgroup.procs'), String(pid)),
    oomKills: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(path, eventsFile), 'utf8'))?.[1]),
    remove: () => rmdirSync(path),
  };
}

/** proc(5), mounts: device, mount point, type, options. */
function mountPoint(isWanted: (type: string, options: readonly string[]) => boolean): string | null {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const found = lines
    .map((line) => line.split(' '))
    .find(([, , type = '', options = '']) => isWanted(type, options.split(',')));
  return found?.[1] ?? null;
}

function attempt(what: string, step: () => MemoryCgroup): MemoryCgroup | string {
  try {
    return step();
  } catch (error) {
    return `${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
