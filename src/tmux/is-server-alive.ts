import { readFileSync } from 'node:fs';

/**
 * Whether a tmux process lives under that process id. A zombie does not live, and a process of another program that was
 * given the number since is no server.
 */
export function isServerAlive(pid: number, procRoot = '/proc'): boolean {
  const stat = readText(`${procRoot}/${pid}/stat`);
  // proc(5): `PID (COMM) STATE …`; a server of tmux 3.3a calls itself `tmux: server`.
  return stat !== null && /^\d+ \(tmux.*\) [^ZX] [^)]*$/s.test(stat);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
