import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../support/private-tmux.ts';
import { processesOf, removeCgroups } from './machine-cgroup.ts';
import { isFirstOfNamespace } from './pid-namespace.ts';

/** Where a machine lives on the host. */
export function directoryOf(id: string): string {
  return join('/run', id);
}

/** Ends a machine and removes everything it has on the host. Synchronous, so that it also works while this process exits. */
export function destroyMachine(id: string): void {
  powerOff(id);
  waitUntil(() => {
    const left = processesOf(id);
    left.forEach(kill);
    return left.length === 0;
  }, `the end of ${id}`);
  const directory = directoryOf(id);
  for (const mountPoint of mountPointsBelow(directory)) unmount(mountPoint);
  rmSync(directory, { recursive: true, force: true });
  removeCgroups(id);
  for (const kind of ['propagate', 'unix-export']) {
    rmSync(join('/run/systemd/nspawn', kind, id), { recursive: true, force: true });
  }
}

/** systemd-nspawn tidies up after a machine whose PID 1 died; whoever kills systemd-nspawn itself would have to do that. */
function powerOff(id: string): void {
  const leaders = processesOf(id).filter(isFirstOfNamespace);
  if (leaders.length === 0) return;
  leaders.forEach(kill);
  try {
    waitUntil(() => processesOf(id).length === 0, `the end of ${id}`);
  } catch {
    // Then by force.
  }
}

/** Innermost first. */
function mountPointsBelow(directory: string): readonly string[] {
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
