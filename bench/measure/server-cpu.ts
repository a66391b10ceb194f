import { readFileSync } from 'node:fs';
import { processesOf } from '../scene/scene-processes.ts';

/** The CPU time that the tmux servers of these users have used since they started; null where the kernel does not count it. */
export function serverCpuMs(uids: ReadonlySet<number>): number | null {
  let sumMs = 0;
  for (const { pid, comm } of processesOf(uids)) {
    if (comm !== 'tmux: server') continue;
    try {
      // In nanoseconds; /proc/PID/stat counts in hundredths of a second.
      sumMs += Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    } catch {
      return null;
    }
  }
  return sumMs;
}
