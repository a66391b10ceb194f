import { readFileSync } from 'node:fs';
import { pidsBeside } from './pid-namespace.ts';

/** The one tmux server of a user of the machine with this PID 1, as a number on the host; throws for none and for several. */
export function tmuxServerOf(leader: number, uid: number): number {
  const found = pidsBeside(leader)
    .map((pid) => ({ pid, status: statusOf(pid) }))
    .filter(({ status }) => fieldOf(status, 'Name') === 'tmux: server' && fieldOf(status, 'Uid') === String(uid));
  // A pane that is being forked is called like its server until it runs its own program.
  const pids = new Set(found.map(({ pid }) => pid));
  const [server, ...others] = found.filter(({ status }) => !pids.has(Number(fieldOf(status, 'PPid'))));
  if (server === undefined || others.length > 0) {
    throw new Error(`user ${uid} runs ${found.length} tmux servers in the machine, not one`);
  }
  return server.pid;
}

/** The first word of a field, or all of a name. */
function fieldOf(status: string, name: string): string | null {
  return new RegExp(`^${name}:\\t([^\\t\\n]*)`, 'm').exec(status)?.[1] ?? null;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
