import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../support/private-tmux.ts';
import { processesOf, removeCgroups, topCgroups } from './machine-cgroup.ts';
import { isAbandoned } from './machine-id.ts';
import { isFirstOfNamespace } from './pid-namespace.ts';

const machinesDirectory = '/run/tmux-persist-test';

/** Where a machine lives on the host. */
export function directoryOf(id: string): string {
  return join(machinesDirectory, id);
}

/** Ends a machine and removes everything it has on the host. Synchronous, so that it also works while this process exits. */
export function destroyMachine(id: string): void {
  // systemd-nspawn tidies up after a machine whose PID 1 died, but not after itself.
  for (const pid of processesOf(id).filter(isFirstOfNamespace)) kill(pid);
  try {
    waitUntil(() => processesOf(id).length === 0, `the end of ${id}`);
  } catch {
    waitUntil(() => {
      const left = processesOf(id);
      left.forEach(kill);
      return left.length === 0;
    }, `the end of ${id} by force`);
  }
  const directory = directoryOf(id);
  for (const mountPoint of mountPointsBelow(directory)) unmount(mountPoint);
  rmSync(directory, { recursive: true, force: true });
  removeCgroups(id);
  for (const kind of ['propagate', 'unix-export']) {
    rmSync(join('/run/systemd/nspawn', kind, id), { recursive: true, force: true });
  }
}

/** Destroys the machines of test runs that were killed before they could do it. */
export function destroyAbandonedMachines(): void {
  const names = new Set([...namesIn(machinesDirectory), ...topCgroups()]);
  for (const name of names) if (isAbandoned(name)) destroyMachine(name);
}

/** Innermost first. */
export function mountPointsBelow(directory: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .toReversed();
}

function unmount(mountPoint: string): void {
  const { status, stderr } = spawnSync('umount', [mountPoint], { encoding: 'utf8', timeout: 10_000 });
  if (status !== 0) throw new Error(`cannot unmount ${mountPoint}: ${stderr.trim()}`);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
