import { maxStatusBytes, readBounded } from '../system/read-bounded.ts';

/**
 * Whether a tmux process lives under that process id. A zombie does not live, and a process of another program that was
 * given the number since is no server. Throws HostReadError.
 */
export function isServerAlive(pid: number, procRoot = '/proc'): boolean {
  const stat = readBounded(`${procRoot}/${pid}/stat`, maxStatusBytes);
  // proc(5): `PID (COMM) STATE …`; a server of tmux 3.3a calls itself `tmux: server`.
  return stat !== null && /^\d+ \(tmux.*\) [^ZX] [^)]*$/s.test(stat);
}
