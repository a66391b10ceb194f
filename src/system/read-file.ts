import { constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { closeQuietly } from './close-quietly.ts';
import { errnoName, systemErrorText } from './errors.ts';

export type FileReading =
  { readonly kind: 'read'; readonly text: string; readonly modifiedAtMs: number; readonly stats: Stats } | NotRead;

type NotRead =
  | { readonly kind: 'missing' }
  /** What is there is no file to be read. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The system did not let it be read, which says nothing about what is there. */
  | { readonly kind: 'failed'; readonly reason: string; readonly code: string };

/** Reads a whole regular file of bounded size; a link, a FIFO, a device or a larger file is `unreadable`, and nothing blocks. */
export function readRegularFile(path: string, maxBytes: number): FileReading {
  try {
    // O_NONBLOCK: opening a FIFO for reading would otherwise wait for a writer.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readDescriptor(descriptor, maxBytes);
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

function readDescriptor(descriptor: number, maxBytes: number): FileReading {
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
  return { kind: 'read', text: buffer.toString('utf8', 0, length), modifiedAtMs: stats.mtimeMs, stats };
}
