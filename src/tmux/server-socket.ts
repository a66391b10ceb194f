import process from 'node:process';
import {
  constants,
  fstat,
  lstatSync,
  opendirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errnoName, systemErrorText } from '../system/errors.ts';
import { separateNamespace } from '../system/namespaces.ts';
import { ClosedToRoot, openAsPath, openDirectoryAsRoot } from '../system/open-as-path.ts';
import { closeQuietly, mustRead, readIfThere } from '../system/read-file.ts';
import type { ListeningSockets } from '../system/unix-sockets.ts';
import type { TmuxTarget } from './tmux-target.ts';

export type Connection =
  | { readonly kind: 'connecting'; readonly socket: Socket; readonly path: string }
  /** In the words of a tmux client, where a client has words for it. */
  | { readonly kind: 'failed'; readonly words: string };

/**
 * Connects to the socket of an account's server. An `error` event may still report that no process listens.
 *
 * For another account it follows no link, and it connects to exactly the socket that it has checked. It connects under
 * the account's user id. So no right of root counts, and the server sees its own user.
 */
export async function connectToServer(target: TmuxTarget): Promise<Connection> {
  const path = socketPathOf(target);
  const directory = dirname(path);
  try {
    if (target.access === 'own') {
      const problem =
        target.socketPath === null
          ? problemOf(lstatSync(directory), directory, target)
          : problemOfSocket(lstatSync(path), path, target);
      return problem === null ? { kind: 'connecting', socket: connect(path), path } : failed(problem);
    }
    return await connectAs(target, directory, path);
  } catch (error) {
    return failed(`error connecting to ${path} (${clientWords(error)})`);
  }
}

/**
 * The directory of an account's sockets. tmux's client takes the real path of TMUX_TMPDIR, or of /tmp when that is
 * missing.
 */
export function socketDirectoryOf({ account, tmpDir }: TmuxTarget): string {
  return join(realDirectory(tmpDir) ?? '/tmp', `tmux-${account.uid}`);
}

/** The path of the socket of an account's server. */
export function socketPathOf(target: TmuxTarget): string {
  return target.socketPath ?? join(socketDirectoryOf(target), target.socketName ?? 'default');
}

/** The words of a tmux client for a connection that failed or broke (3.1c to 3.8). */
export function connectionWords(path: string, error: unknown): string {
  const code = errnoName(error);
  if (code === 'ECONNREFUSED') return `no server running on ${path}`;
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'server exited unexpectedly';
  return `error connecting to ${path} (${clientWords(error)})`;
}

function realDirectory(path: string | null): string | null {
  try {
    return path === null ? null : realpathSync(path);
  } catch {
    return null;
  }
}

async function connectAs(target: TmuxTarget, directory: string, path: string): Promise<Connection> {
  if (target.socketPath === null && isMountedBelow(directory)) {
    return failed(`a file system is mounted at ${directory}, and root does not enter it`);
  }
  const opened: number[] = [];
  try {
    const place =
      target.socketPath === null
        ? await openAsPath(directory, constants.O_DIRECTORY)
        : await openDirectoryAsRoot(directory, opened);
    opened.push(...(target.socketPath === null ? [place] : []));
    // Whoever owns the directory of another socket can only move sockets there, and the owner of the socket counts.
    const problem = target.socketPath === null ? problemOf(await promisify(fstat)(place), directory, target) : null;
    if (problem !== null) return failed(problem);
    const found = await openAsPath(`/proc/self/fd/${place}/${basename(path)}`, 0);
    opened.push(found);
    const socketProblem = problemOfSocket(await promisify(fstat)(found), path, target);
    if (socketProblem !== null) return failed(socketProblem);
    return { kind: 'connecting', socket: connectUnder(target.account.uid, `/proc/self/fd/${found}`), path };
  } catch (error) {
    if (error instanceof ClosedToRoot) return failed(error.message);
    const isNone = errnoName(error) === 'ENOTDIR' || errnoName(error) === 'ELOOP';
    return failed(isNone ? `${directory} is not a directory` : connectionWords(path, error));
  } finally {
    // Closed at once: Node has already made the connect call, and the caller must listen before the socket's first
    // event.
    for (const descriptor of opened) closeQuietly(descriptor);
  }
}

/** The user id applies to the whole process and all its threads. So nothing else may happen in between. */
function connectUnder(uid: number, path: string): Socket {
  process.seteuid?.(uid);
  try {
    return connect(path);
  } finally {
    process.seteuid?.(0);
  }
}

/** A user can mount their own file system there, and it may never answer. */
function isMountedBelow(directory: string): boolean {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.some((line) => {
    const place = line.split(' ', 5)[4] ?? '';
    return place === directory || place.startsWith(`${directory}/`);
  });
}

/** Why tmux's client refuses a directory (3.1c to 3.8), and this program too: its owner could listen there. */
function problemOf(stats: Stats, directory: string, { account }: TmuxTarget): string | null {
  if (!stats.isDirectory()) return `${directory} is not a directory`;
  if (stats.uid !== account.uid) {
    return `${directory} belongs to user id ${stats.uid}, so that ${account.name} can have no tmux server there`;
  }
  return (stats.mode & 0o007) === 0 ? null : `directory ${directory} has unsafe permissions`;
}

function problemOfSocket(stats: Stats, path: string, { account }: TmuxTarget): string | null {
  if (stats.isSymbolicLink()) return `${path} is a symbolic link, and root does not follow it`;
  return stats.uid === account.uid ? null : `${path} belongs to user id ${stats.uid}`;
}

/** The system's words with a capital, as C programs write them, because they are compared with tmux's words. */
function clientWords(error: unknown): string {
  const words = systemErrorText(error);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function failed(words: string): Connection {
  return { kind: 'failed', words };
}

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
