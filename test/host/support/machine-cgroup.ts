import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// On a hybrid host systemd-nspawn keeps the named v1 hierarchy in step with v2, so a machine needs a place of its own in both.
const hybrid = '/sys/fs/cgroup/unified';
const unified = existsSync(join(hybrid, 'cgroup.procs')) ? hybrid : '/sys/fs/cgroup';
const named = '/sys/fs/cgroup/systemd';
const memoryV1 = '/sys/fs/cgroup/memory';
const hierarchies = [unified, named, memoryV1].filter((root) => existsSync(join(root, 'cgroup.procs')));

/** The cgroup that systemd-nspawn makes for the machine, with systemd's own tree below it. */
export interface BootCgroup {
  /** Where a process that shall become systemd-nspawn must write its number. */
  readonly procsFiles: readonly string[];
  /** The root of what the machine sees. */
  readonly payload: string;
}

/** Makes the cgroup of one boot. Each boot needs a fresh one: v2 lets no process into a cgroup that passes controllers on. */
export function makeBootCgroup(id: string, boot: number): BootCgroup {
  const path = join(id, `boot-${boot}`);
  const directories = hierarchies.filter((root) => root !== memoryV1).map((root) => join(root, path));
  for (const directory of directories) mkdirSync(directory, { recursive: true });
  for (const parent of [unified, join(unified, id)]) passMemoryControllerOn(parent);
  return {
    procsFiles: directories.map((directory) => join(directory, 'cgroup.procs')),
    payload: join(unified, path, 'payload'),
  };
}

/** The processes of a machine, of all its boots, that have not ended. */
export function processesOf(id: string): readonly number[] {
  return cgroupsBelow(join(unified, id)).flatMap((directory) =>
    (readOrNothing(join(directory, 'cgroup.procs')).match(/\d+/g) ?? []).map(Number),
  );
}

/** Removes all cgroups of a machine that has no process any more. */
export function removeCgroups(id: string): void {
  for (const root of hierarchies) {
    for (const directory of cgroupsBelow(join(root, id))) rmdirSync(directory);
  }
}

/** A directory for a cgroup of the v1 memory hierarchy; null on a host without one. It goes away with the machine. */
export function memoryCgroupV1(id: string, name: string): string | null {
  return hierarchies.includes(memoryV1) ? join(memoryV1, id, name) : null;
}

/** The v2 cgroup of a process, as a directory. */
export function cgroupOf(pid: number): string {
  return join(unified, /^0::(.*)$/m.exec(readOrNothing(`/proc/${pid}/cgroup`))?.[1] ?? '');
}

/** The first level of every hierarchy, where each machine has its cgroup. */
export function topCgroups(): readonly string[] {
  return hierarchies.flatMap((root) => readdirSync(root));
}

/** Deepest first. */
function cgroupsBelow(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const children = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap(({ name }) => cgroupsBelow(join(directory, name))), directory];
}

function passMemoryControllerOn(directory: string): void {
  if (!readOrNothing(join(directory, 'cgroup.controllers')).split(/\s/).includes('memory')) return;
  try {
    writeFileSync(join(directory, 'cgroup.subtree_control'), '+memory');
  } catch {
    // In a container the root cgroup may hold processes; the machine then boots without the controller.
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
