import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { errnoName, HostReadError, isReadError, systemErrorText } from '../errors.ts';

export type FileReading =
  { readonly kind: 'read'; readonly text: string; readonly modifiedAtMs: number; readonly stats: Stats } | NotRead;

type NotRead =
  | { readonly kind: 'missing' }
  /** The entry is no readable regular file. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The system did not allow the read, which tells nothing about the entry. */
  | { readonly kind: 'failed'; readonly reason: string; readonly code: string };

/**
 * Reads a whole regular file of limited size, and never blocks. A link, a FIFO, a device or a larger file is
 * `unreadable`. `latin1` gives the bytes of a file that is no text.
 */
export function readRegularFile(path: string, maxBytes: number, encoding: BufferEncoding = 'utf8'): FileReading {
  try {
    // O_NONBLOCK, because opening a FIFO for reading would otherwise wait for a writer.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readDescriptor(descriptor, maxBytes, encoding);
    } finally {
      closeQuietly(descriptor);
    }
  } catch (error) {
    const code = errnoName(error) ?? '';
    if (code === 'ENOENT') return { kind: 'missing' };
    if (code === 'ELOOP') return { kind: 'unreadable', reason: 'it is a symbolic link' };
    return { kind: 'failed', reason: systemErrorText(error), code };
  }
}

function readDescriptor(descriptor: number, maxBytes: number, encoding: BufferEncoding): FileReading {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return { kind: 'unreadable', reason: 'it is not a regular file' };
  if (stats.size > maxBytes) {
    return { kind: 'unreadable', reason: `its ${stats.size} bytes are over the limit of ${maxBytes}` };
  }
  const buffer = Buffer.alloc(stats.size);
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return { kind: 'read', text: buffer.toString(encoding, 0, length), modifiedAtMs: stats.mtimeMs, stats };
}

/** Enough for the kernel's facts about one process: its fields, and the path of its cgroup. */
export const maxStatusBytes = 64 * 1024;

/**
 * The whole text of a file whose length another user controls, as under /proc/PID. A process can show gigabytes as its
 * arguments. null when nothing is there, when it is hidden, and when the text reaches the limit: a cut text could be
 * mistaken for the whole. Throws HostReadError.
 */
export function readBounded(path: string, maxBytes: number): string | null {
  return readIfThere(path, () => {
    const descriptor = openSync(path, 'r');
    try {
      return wholeText(descriptor, maxBytes);
    } finally {
      closeQuietly(descriptor);
    }
  });
}

/**
 * The one record of a file of the kernel's that holds no more, as /proc/PID/stat: it is given whole to whoever has the room, so
 * that its end need not be asked for. null where there is nothing, or nothing that we may see. Throws HostReadError.
 */
export function readRecord(path: string): string | null {
  return readIfThere(path, () => {
    const descriptor = openSync(path, 'r');
    try {
      const length = readSync(descriptor, space, 0, space.length, null);
      return length === space.length ? null : space.toString('utf8', 0, length);
    } finally {
      closeQuietly(descriptor);
    }
  });
}

/** One for all reads, which are synchronous: most texts are short. */
let space = Buffer.allocUnsafeSlow(4096);

function wholeText(descriptor: number, maxBytes: number): string | null {
  let length = 0;
  // The kernel returns a long text in parts.
  while (length < maxBytes) {
    if (length === space.length) space = Buffer.concat([space], Math.min(2 * length, maxBytes));
    const room = Math.min(space.length, maxBytes) - length;
    const count = readSync(descriptor, space, length, room, null);
    if (count === 0) return space.toString('utf8', 0, length);
    length += count;
  }
  return null;
}

/** The read value, or why the read failed. */
export type Attempt<Value> =
  { readonly kind: 'read'; readonly value: Value } | { readonly kind: 'unreadable'; readonly reason: string };

/** Turns a HostReadError or StateReadError into a result; throws other errors. */
export function attemptRead<Value>(read: () => Value): Attempt<Value> {
  try {
    return { kind: 'read', value: read() };
  } catch (error) {
    if (isReadError(error)) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}

/**
 * The result of a read; null when the entry is missing or hidden, which may happen during a look. Throws HostReadError
 * when the read itself failed, as with EIO or EMFILE, because that is no answer.
 */
export function readIfThere<Value>(path: string, read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof HostReadError) throw error;
    if (saysNothingThere(error)) return null;
    throw new HostReadError(path, systemErrorText(error));
  }
}

/** The result of a read of an entry that every host has. Throws HostReadError. */
export function mustRead<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new HostReadError(path, systemErrorText(error));
  }
}

const nothingThere = new Set([
  'ENOENT',
  'ENOTDIR',
  'ESRCH',
  'ELOOP',
  'EISDIR',
  'ENAMETOOLONG',
  'ENXIO',
  'ENODEV',
  'EINVAL',
]);

const mayNotSee = new Set(['EACCES', 'EPERM']);

/** Covers errors without a system call, too: a path with a NUL byte, a file too large for a string. */
function saysNothingThere(error: unknown): boolean {
  const code = errnoName(error) ?? '';
  return nothingThere.has(code) || mayNotSee.has(code) || !/^E[A-Z0-9]+$/.test(code);
}

/** The result of a call, or null when it fails; only for calls whose failure does not matter. */
export function quietly<Value>(call: () => Value): Value | null {
  try {
    return call();
  } catch {
    return null;
  }
}

/** Closes a descriptor that was only read. Linux closes it even when close(2) returns an error. */
export function closeQuietly(descriptor: number): void {
  quietly(() => closeSync(descriptor));
}
