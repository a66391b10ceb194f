import { opendirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { mustRead, orNull } from '../system/or-null.ts';
import type { ListeningSockets } from '../system/unix-sockets.ts';

/** A user can call any number of processes `tmux`, and have each hold half a million descriptors. */
const maxSuspects = 64;
const maxDescriptors = 4_096;

/** A server that lives although its socket file is gone, as tmpfiles cleaning leaves it. */
export interface UnlinkedServer {
  /** null when it cannot be told which process it is. */
  readonly pid: number | null;
}

/**
 * Looks for a server of that user that listens on a path where tmux found none. The path alone proves nothing: the
 * kernel prints it raw, so another user's socket called "…newline…" can forge a row; a process of the user must hold it.
 * Throws HostReadError.
 */
export function findUnlinkedServer(
  listening: ListeningSockets,
  socketPath: string,
  uid: number,
): UnlinkedServer | null {
  const inodes = listening.get(socketPath) ?? [];
  if (inodes.length === 0) return null;
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  const suspects = tmuxProcesses(uid);
  let hidden = suspects.length > maxSuspects;
  for (const pid of suspects.slice(0, maxSuspects)) {
    const holds = holdsSocket(pid, sockets);
    if (holds === true) return { pid };
    if (holds === null) hidden = true;
  }
  return hidden ? { pid: null } : null;
}

function tmuxProcesses(uid: number): readonly number[] {
  return mustRead('/proc', () => readdirSync('/proc'))
    .filter((name) => /^\d+$/.test(name) && (readText(`/proc/${name}/comm`) ?? '').startsWith('tmux'))
    .filter((name) => ownerOf(`/proc/${name}`) === uid)
    .map(Number);
}

/** Whether a process holds one of the sockets; null when it does not show that, or holds too much to look through. */
function holdsSocket(pid: number, sockets: ReadonlySet<string>): boolean | null {
  const path = `/proc/${pid}/fd`;
  const descriptors = orNull(path, () => opendirSync(path));
  if (descriptors === null) return null;
  try {
    for (let looked = 0; looked < maxDescriptors; looked += 1) {
      const entry = descriptors.readSync();
      if (entry === null) return false;
      const link = orNull(path, () => readlinkSync(`${path}/${entry.name}`));
      if (link !== null && sockets.has(link)) return true;
    }
    return null;
  } catch {
    return null;
  } finally {
    descriptors.closeSync();
  }
}

function ownerOf(path: string): number | null {
  return orNull(path, () => statSync(path).uid);
}

function readText(path: string): string | null {
  return orNull(path, () => readFileSync(path, 'utf8'));
}
