import { constants, fstat, open, readFileSync, readlink, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errnoName } from '../errors.ts';
import { decodeMountPath } from './directories.ts';

/** O_PATH, for which Node has no constant: it refers to a file without opening its content. */
const openOnlyAsPath = 0o10_000_000;
const openAttempts = 4;

/**
 * Opened on a separate thread, so that a file system that hangs stops nobody else. The thread has the process's current
 * user id. While the process connects as another user, that is not root's.
 */
export async function openAsPath(path: string, flags: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await promisify(open)(path, openOnlyAsPath | constants.O_NOFOLLOW | flags);
    } catch (error) {
      if (errnoName(error) !== 'EACCES' || attempt === openAttempts) throw error;
      await delay(attempt);
    }
  }
}

/** Why root does not enter a directory. */
export class ClosedToRoot extends Error {
  override readonly name = 'ClosedToRoot';
}

/**
 * Opens a directory of a user's for root, one step at a time; `opened` collects every descriptor for the caller to close.
 *
 * It follows only links that root made, and enters no file system that waits for a network or a user's program. Throws
 * ClosedToRoot, or the error of the system.
 */
export async function openDirectoryAsRoot(path: string, opened: number[]): Promise<number> {
  const mounts = slowMounts();
  let left = partsOf(path);
  let at: Step = { descriptor: await openAsPath('/', constants.O_DIRECTORY), path: '/' };
  opened.push(at.descriptor);
  for (let links = 0; left.length > 0;) {
    const [name = '', ...rest] = left;
    const next = posix.join(at.path, name);
    if (mounts.has(next)) throw new ClosedToRoot(`root does not enter the file system at ${next}`);
    const descriptor = await openAsPath(`/proc/self/fd/${at.descriptor}/${name}`, 0);
    opened.push(descriptor);
    const stats = await promisify(fstat)(descriptor);
    if (!stats.isSymbolicLink()) {
      at = { descriptor, path: next };
      left = rest;
      continue;
    }
    links += 1;
    if (links > maxLinks || !(await isMadeByRoot(stats, at)))
      throw new ClosedToRoot(`root does not follow the link ${next}`);
    const target = await promisify(readlink)(`/proc/self/fd/${at.descriptor}/${name}`);
    left = [...partsOf(posix.resolve(at.path, target)), ...rest];
    at = { descriptor: opened[0] ?? at.descriptor, path: '/' };
  }
  return at.descriptor;
}

interface Step {
  readonly descriptor: number;
  readonly path: string;
}

const maxLinks = 8;

function partsOf(path: string): readonly string[] {
  return posix
    .normalize(path)
    .split('/')
    .filter((part) => part !== '');
}

/** Only root can have made it, and nobody else can put another one in its place. */
async function isMadeByRoot(link: Stats, directory: Step): Promise<boolean> {
  const { uid, mode } = await promisify(fstat)(directory.descriptor);
  const isClosed = (mode & 0o022) === 0 || (mode & 0o1000) !== 0;
  return link.uid === 0 && uid === 0 && isClosed;
}

/** The mount points whose file systems may never answer. */
function slowMounts(): ReadonlySet<string> {
  const rows = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const places = rows.flatMap((row) => {
    const [front = '', back = ''] = row.split(' - ', 2);
    const place = front.split(' ', 5)[4];
    return place === undefined || !slowFileSystems.test(back) ? [] : [decodeMountPath(place)];
  });
  return new Set(places);
}

const slowFileSystems = /^(fuse|nfs|cifs|smb|autofs|ceph|afs|glusterfs|lustre|ncpfs)/;
