import { readdirSync, readFileSync, statSync } from 'node:fs';
import { waitUntil } from './private-tmux.ts';

/** Ids of the processes that run as a user; zombies are none. */
export function processesOf(uid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && runsAs(name, uid))
    .map(Number);
}

/** The user's tmux server, its socket file being there or not; null when none runs. */
export function tmuxServerOf(uid: number): number | null {
  return processesOf(uid).find((pid) => readProcFile(pid, 'comm') === 'tmux: server\n') ?? null;
}

/** Kills all that runs as a user, and what it starts meanwhile. */
export function killProcessesOf(uid: number): void {
  waitUntil(() => {
    const pids = processesOf(uid);
    for (const pid of pids) killIfThere(pid);
    return pids.length === 0;
  }, `the end of the processes of user ${uid}`);
}

/** A file below /proc/PID; null when the process is gone. */
export function readProcFile(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return null;
  }
}

function runsAs(pid: string, uid: number): boolean {
  const owner = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  return owner === uid && !/^State:\s+Z/m.test(readProcFile(Number(pid), 'status') ?? 'State: Z');
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
