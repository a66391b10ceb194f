import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoName, StateWriteError, type WriteStep } from '../errors.ts';
import { closeQuietly, quietly } from './read-file.ts';

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

interface AtomicWriteOptions {
  readonly mode: number;
  /** null leaves the writing user as the owner. */
  readonly owner: FileOwner | null;
  /** What to do with an existing file: `keep` makes the write fail with EEXIST. */
  readonly existing: 'replace' | 'keep';
  /**
   * False skips the fsyncs and the check by reading, for a file that a power failure may destroy: the next run writes
   * it again.
   */
  readonly durable?: boolean;
}

/**
 * Writes a whole file or nothing: temporary file, fsync, rename, fsync of the directory, check by reading. Throws
 * StateWriteError. It is synchronous, so that no signal handler can run between two steps.
 */
export function writeFileAtomic(path: string, content: string | Buffer, options: AtomicWriteOptions): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const temporary = temporaryPathFor(path);
  const descriptor = attempt(path, 'create', () => openSync(temporary, newFileFlags, 0o600));
  try {
    fill(path, descriptor, bytes, options);
    attempt(path, 'place', () => place(temporary, path, options.existing));
  } catch (error) {
    // The write has already failed, and its error is the more useful one.
    quietly(() => rmSync(temporary, { force: true }));
    throw error;
  }
  if (options.durable === false) return;
  attempt(path, 'sync-directory', () => syncDirectory(dirname(path)));
  attempt(path, 'verify', () => {
    if (!readFileSync(path).equals(bytes)) throw new Error('what was read back differs from what was written');
  });
}

/** Puts a symbolic link in the place of whatever file is there, in one step. Throws StateWriteError. */
export function placeLinkAtomic(path: string, target: string): void {
  const temporary = temporaryPathFor(path);
  attempt(path, 'create', () => symlinkSync(target, temporary));
  try {
    attempt(path, 'place', () => renameSync(temporary, path));
  } catch (error) {
    quietly(() => rmSync(temporary, { force: true }));
    throw error;
  }
  attempt(path, 'sync-directory', () => syncDirectory(dirname(path)));
}

/** Whether a name is that of a temporary file that an interrupted write of `fileName` can leave. */
export function isTemporaryNameFor(fileName: string, candidate: string): boolean {
  return writerOfTemporary(fileName, candidate) !== null;
}

/**
 * The pid of the process that writes, or wrote, a temporary file of `fileName`; null when the name is that of another
 * file.
 */
export function writerOfTemporary(fileName: string, candidate: string): number | null {
  const prefix = `.${fileName}.`;
  if (!candidate.startsWith(prefix)) return null;
  const pid = /^([0-9]+)\.[0-9a-f]{12}\.tmp$/.exec(candidate.slice(prefix.length))?.[1];
  return pid === undefined ? null : Number(pid);
}

/**
 * Gives these rights to a regular file of this process's user. It leaves any other entry alone: a link, another user's
 * file, a file with a second name.
 */
export function setFileRights(path: string, owner: FileOwner, mode: number): void {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = fstatSync(descriptor);
      if (!found.isFile() || found.nlink !== 1 || found.uid !== process.geteuid?.()) return;
      fchownSync(descriptor, owner.uid, owner.gid);
      fchmodSync(descriptor, mode);
    } finally {
      closeQuietly(descriptor);
    }
  } catch (error) {
    if (!['ENOENT', 'ELOOP', 'ENXIO'].includes(errnoName(error) ?? '')) throw error;
  }
}

/** Makes the names in a directory durable with fsync. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Some network and FUSE file systems have no fsync of a directory and return EINVAL (fsync(2)).
    if (errnoName(error) !== 'EINVAL') throw error;
  } finally {
    closeQuietly(descriptor);
  }
}

const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

function temporaryPathFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
}

function fill(path: string, descriptor: number, bytes: Buffer, options: AtomicWriteOptions): void {
  const { mode, owner, durable = true } = options;
  try {
    attempt(path, 'write', () => writeFileSync(descriptor, bytes));
    attempt(path, 'set-owner', () => {
      if (owner !== null) fchownSync(descriptor, owner.uid, owner.gid);
      fchmodSync(descriptor, mode);
    });
    if (durable) attempt(path, 'sync', () => fsyncSync(descriptor));
  } catch (error) {
    closeQuietly(descriptor);
    throw error;
  }
  // Network file systems report only here that the space is full.
  attempt(path, 'write', () => closeSync(descriptor));
}

function place(temporary: string, path: string, existing: AtomicWriteOptions['existing']): void {
  if (existing === 'replace') return renameSync(temporary, path);
  // rename(2) would replace an existing file silently; link(2) fails when the name is taken.
  linkSync(temporary, path);
  rmSync(temporary);
}

function attempt<T>(path: string, step: WriteStep, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new StateWriteError(path, step, error);
  }
}
