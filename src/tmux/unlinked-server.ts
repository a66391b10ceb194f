import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { mustRead, orNull } from '../system/or-null.ts';

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
export function findUnlinkedServer(socketPath: string, uid: number): UnlinkedServer | null {
  const inodes = listeningInodes(readText('/proc/net/unix') ?? '', socketPath);
  if (inodes.length === 0) return null;
  let hidden = false;
  for (const pid of tmuxProcesses(uid)) {
    const links = socketLinks(pid);
    if (links === null) hidden = true;
    else if (inodes.some((inode) => links.has(`socket:[${inode}]`))) return { pid };
  }
  return hidden ? { pid: null } : null;
}

/** The inodes of the sockets that listen on a path, from the text of /proc/net/unix. */
export function listeningInodes(table: string, socketPath: string): readonly string[] {
  const acceptsConnections = '00010000';
  return table.split('\n').flatMap((line) => {
    const match = /^\S+: \S+ \S+ (\S+) \S+ \S+ +(\d+) (.+)$/.exec(line);
    return match?.[1] === acceptsConnections && match[3] === socketPath && match[2] !== undefined ? [match[2]] : [];
  });
}

function tmuxProcesses(uid: number): readonly number[] {
  return mustRead('/proc', () => readdirSync('/proc'))
    .filter((name) => /^\d+$/.test(name) && (readText(`/proc/${name}/comm`) ?? '').startsWith('tmux'))
    .filter((name) => ownerOf(`/proc/${name}`) === uid)
    .map(Number);
}

function socketLinks(pid: number): ReadonlySet<string> | null {
  const directory = `/proc/${pid}/fd`;
  const names = orNull(directory, () => readdirSync(directory));
  return names === null ? null : new Set(names.flatMap((name) => linkOf(`${directory}/${name}`) ?? []));
}

function linkOf(path: string): string | null {
  return orNull(path, () => readlinkSync(path));
}

function ownerOf(path: string): number | null {
  return orNull(path, () => statSync(path).uid);
}

function readText(path: string): string | null {
  return orNull(path, () => readFileSync(path, 'utf8'));
}
