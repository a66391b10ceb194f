import { constants, openSync, readSync } from 'node:fs';
import { HostReadError } from '../errors.ts';
import { closeQuietly, mustRead, readIfThere } from '../files/read-file.ts';

/** The inodes of the listening Unix sockets, by the path that the kernel prints. */
export type ListeningSockets = ReadonlyMap<string, readonly string[]>;

const chunkBytes = 1024 * 1024;
/**
 * A row has about 100 bytes, so this fits two million sockets. Each of them costs its owner more memory than this
 * process.
 */
const defaultMaxBytes = 256 * 1024 * 1024;

/**
 * Reads every listening Unix socket of the host in one pass. Any user can fill the table, so it must not be read once
 * for each user. Throws HostReadError, also for a table that is too large.
 */
export function readListeningSockets(path = '/proc/net/unix', maxBytes = defaultMaxBytes): ListeningSockets {
  const found = new Map<string, string[]>();
  const descriptor = readIfThere(path, () => openSync(path, constants.O_RDONLY));
  // Some containers have no such table.
  if (descriptor === null) return found;
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let begun: Buffer = Buffer.alloc(0);
    for (let total = 0; ;) {
      const length = mustRead(path, () => readSync(descriptor, chunk, 0, chunkBytes, null));
      total += length;
      if (total > maxBytes) throw new HostReadError(path, `it is larger than ${maxBytes} bytes`);
      if (length === 0) break;
      begun = collectRows(Buffer.concat([begun, chunk.subarray(0, length)]), found);
      // The longest row has a path of 108 bytes.
      if (begun.length > chunkBytes) throw new HostReadError(path, 'it has a row without an end');
    }
    collectRows(Buffer.concat([begun, Buffer.from('\n')]), found);
    return found;
  } finally {
    closeQuietly(descriptor);
  }
}

const newline = 0x0a;
const colon = 0x3a;
const acceptsConnections = Buffer.from('00010000');
/** After the colon: ` %08X %08X ` (net/unix/af_unix.c, unix_seq_show). The pointer before it has 8 or 16 digits. */
const flagsOffset = 20;

/** Collects the facts of complete rows, and returns the start of the last, incomplete one. */
function collectRows(bytes: Buffer, found: Map<string, string[]>): Buffer {
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    const flags = bytes.indexOf(colon, start) + flagsOffset;
    const isListening = bytes.compare(acceptsConnections, 0, 8, flags, Math.min(flags + 8, bytes.length)) === 0;
    if (isListening && flags < end) collect(bytes.toString('utf8', flags, end), found);
    start = end + 1;
  }
  return bytes.subarray(start);
}

/** `FLAGS TYPE STATE INODE PATH`. Abstract sockets, whose names begin with `@`, have no file. */
function collect(row: string, found: Map<string, string[]>): void {
  const [, inode, path] = /^\S+ \S+ \S+ +(\d+) ([^@][^]*)$/.exec(row) ?? [];
  if (inode === undefined || path === undefined) return;
  const inodes = found.get(path);
  if (inodes === undefined) found.set(path, [inode]);
  else inodes.push(inode);
}
