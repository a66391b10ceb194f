import process from 'node:process';
import { constants, fstat, lstatSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { connectByRelay } from '../system/sockets/connect-by-relay.ts';
import { errnoName, systemErrorText } from '../system/errors.ts';
import { ClosedToRoot, openAsPath, openDirectoryAsRoot } from '../system/files/open-as-path.ts';
import { canTakeUserIds } from '../system/programs/own-ids.ts';
import { closeQuietly } from '../system/files/read-file.ts';
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
  if (errnoName(error) === 'ECONNREFUSED') return `no server running on ${path}`;
  if (isLoss(error)) return lossWords;
  return `error connecting to ${path} (${clientWords(error)})`;
}

/** Whether a connection broke because the server closed it without a word. */
export function isLoss(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(errnoName(error) ?? '');
}

/** A tmux client says this when the server ends in the middle of a command. */
export const lossWords = 'server exited unexpectedly';

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
    const { uid } = target.account;
    const socket = canTakeUserIds() ? connectUnder(uid, `/proc/self/fd/${found}`) : await connectByRelay(uid, found);
    return { kind: 'connecting', socket, path };
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
