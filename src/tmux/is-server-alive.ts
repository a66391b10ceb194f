import { readFileSync } from 'node:fs';
import { orNull } from '../system/or-null.ts';

/**
 * Whether a tmux process lives under that process id. A zombie does not live, and a process of another program that was
 * given the number since is no server. Throws HostReadError.
 */
export function isServerAlive(pid: number, procRoot = '/proc'): boolean {
  const path = `${procRoot}/${pid}/stat`;
  const stat = orNull(path, () => readFileSync(path, 'utf8'));
  // proc(5): `PID (COMM) STATE …`; a server of tmux 3.3a calls itself `tmux: server`.
  return stat !== null && /^\d+ \(tmux.*\) [^ZX] [^)]*$/s.test(stat);
}
