import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const prefix = 'tmux-persist-test-';
const pattern = /^tmux-persist-test-(?<pid>\d+)-(?<startTime>\d+)-[0-9a-f]{6}$/;

/**
 * A new name for all that a machine has on the host: directory, mounts, cgroups. It says which process made it, so that others can
 * tell a machine in use from what a killed run left behind.
 */
export function newMachineId(maker = process.pid): string {
  return `${prefix}${maker}-${startTimeOf(maker)}-${randomBytes(3).toString('hex')}`;
}

/** Whether the name is of a machine whose maker is dead. */
export function isAbandoned(name: string): boolean {
  const { pid, startTime } = pattern.exec(name)?.groups ?? {};
  return pid !== undefined && startTimeOf(Number(pid)) !== startTime;
}

function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the 22nd field; the second one is a name in parentheses, which may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
