import { opendirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { separateNamespace } from '../system/host/namespaces.ts';
import { mustRead, readIfThere } from '../system/files/read-file.ts';
import type { ListeningSockets } from '../system/sockets/unix-sockets.ts';

/** A user can call any number of processes `tmux`, and each can hold half a million descriptors. */
const maxSuspects = 64;
const maxDescriptors = 4_096;

/** A server that lives although its socket file is gone, for example after tmpfiles cleaning. */
interface UnlinkedServer {
  /** null when its process cannot be determined. */
  readonly pid: number | null;
}

/**
 * Finds a server of that user that listens on a path where tmux found none. The path alone proves nothing. The kernel
 * prints it raw, so another user's socket called "…newline…" can forge a row. So a process of the user must hold the
 * socket. Throws HostReadError.
 */
export function findUnlinkedServer(
  listening: ListeningSockets,
  socketPath: string,
  uid: number,
): UnlinkedServer | null {
  const inodes = listening.get(socketPath) ?? [];
  if (inodes.length === 0) return null;
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  // A container's server listens on a path of the same text, and on another file.
  const suspects = tmuxProcesses(uid).filter((pid) => separateNamespace(pid) !== 'mount');
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

/** The paths that a process listens on, as the kernel prints them; null when its descriptors are hidden, or too many. */
export function listeningPathsOf(pid: number, listening: ListeningSockets): readonly string[] | null {
  const pathsOf = pathsByInode(listening);
  const found: string[] = [];
  const isWhole = eachDescriptor(pid, (link) => {
    found.push(...(pathsOf.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '') ?? []));
    return false;
  });
  return isWhole === null && found.length === 0 ? null : found;
}

const inverses = new WeakMap<ListeningSockets, ReadonlyMap<string, readonly string[]>>();

/** Built once for a table, because any user can fill it. */
function pathsByInode(listening: ListeningSockets): ReadonlyMap<string, readonly string[]> {
  const known = inverses.get(listening);
  if (known !== undefined) return known;
  const paths = new Map<string, string[]>();
  for (const [path, inodes] of listening) {
    for (const inode of inodes) {
      const others = paths.get(inode);
      if (others === undefined) paths.set(inode, [path]);
      else others.push(path);
    }
  }
  inverses.set(listening, paths);
  return paths;
}

/** Whether a process holds one of the sockets; null when its descriptors are hidden, or too many to read. */
function holdsSocket(pid: number, sockets: ReadonlySet<string>): boolean | null {
  return eachDescriptor(pid, (link) => sockets.has(link));
}

/** Whether a descriptor of a process is the wanted one; null when they are hidden, or too many to read. */
function eachDescriptor(pid: number, isWanted: (link: string) => boolean): boolean | null {
  const path = `/proc/${pid}/fd`;
  const descriptors = readIfThere(path, () => opendirSync(path));
  if (descriptors === null) return null;
  try {
    for (let looked = 0; looked < maxDescriptors; looked += 1) {
      const entry = descriptors.readSync();
      if (entry === null) return false;
      const link = readIfThere(path, () => readlinkSync(`${path}/${entry.name}`));
      if (link !== null && isWanted(link)) return true;
    }
    return null;
  } catch {
    return null;
  } finally {
    descriptors.closeSync();
  }
}

function ownerOf(path: string): number | null {
  return readIfThere(path, () => statSync(path).uid);
}

function readText(path: string): string | null {
  return readIfThere(path, () => readFileSync(path, 'utf8'));
}
