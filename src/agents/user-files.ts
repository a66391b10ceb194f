import { constants, fstatSync, lstatSync, opendirSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { startTimeIn } from '../system/host/host.ts';
import { closeQuietly, readIfThere } from '../system/files/read-file.ts';

/**
 * The files of one user, read with that user's credentials and within limits of count, size and time.
 *
 * Only regular files of the user are read. Opening never blocks, and never follows a symbolic link in the last
 * component. Unreadable content is null or empty, because an agent's files are evidence, not commands.
 */
export interface UserFiles {
  readonly uid: number;
  readonly home: string;
  /** Up to `maxBytes` from the start of a file; null when no such readable file exists. */
  readonly readStart: (path: string, maxBytes: number) => string | null;
  readonly readEnd: (path: string, maxBytes: number) => string | null;
  /** Whether a word is in the first or the last `maxBytes` of a file, which costs less than to read them as text. */
  readonly mentions: (path: string, word: string, maxBytes: number) => boolean;
  /** Names in a directory, sorted; cut off at a bound. */
  readonly list: (path: string) => readonly string[];
  readonly stat: (path: string) => FileFacts | null;
  /** Paths that a process of the user holds open, some with ` (deleted)` at the end; null when it hides them. */
  readonly openFilesOf: (pid: number) => readonly string[] | null;
  /** Start time of a living process (clock ticks, as text); null when there is none. */
  readonly startTimeOf: (pid: number) => string | null;
}

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  readonly uid: number;
  readonly size: number;
  readonly modifiedAtMs: number;
  readonly bornAtMs: number;
}

const maxNames = 4096;
const maxOpenFiles = 1024;

/** The files of a user, for a process that already has the user's credentials; every read has limits. */
export function boundedFiles(uid: number, home: string): UserFiles {
  return {
    uid,
    home,
    readStart: (path, maxBytes) => readPart(path, uid, startOf(maxBytes), textOf),
    readEnd: (path, maxBytes) => readPart(path, uid, endOf(maxBytes), textOf),
    mentions: (path, word, maxBytes) => {
      const isThere = (bytes: Buffer): boolean => bytes.includes(word);
      const start = readPart(path, uid, startOf(maxBytes), (bytes, size) =>
        isThere(bytes) ? true : size > maxBytes ? null : false,
      );
      return start ?? readPart(path, uid, endOf(maxBytes), isThere) ?? false;
    },
    list: (path) => readIfThere(path, () => firstNames(path, maxNames).toSorted()) ?? [],
    stat: (path) => readIfThere(path, () => factsOf(lstatSync(path))),
    openFilesOf: (pid) => openPaths(`/proc/${pid}/fd`),
    startTimeOf: (pid) => startTimeIn(`/proc/${pid}/stat`),
  };
}

/** Which bytes of a file are wanted, by its size. */
type PartOf = (size: number) => { readonly from: number; readonly length: number };

function startOf(maxBytes: number): PartOf {
  return (size) => ({ from: 0, length: Math.min(size, maxBytes) });
}

function endOf(maxBytes: number): PartOf {
  return (size) => ({ from: Math.max(0, size - maxBytes), length: Math.min(size, maxBytes) });
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8');
}

/** One for all reads, which are synchronous: a buffer for each would keep the collector of garbage busy. */
const space = Buffer.allocUnsafeSlow(64 * 1024);

/** O_NOFOLLOW covers the last component only; the others are the user's own to arrange, and read with the user's own rights. */
function readPart<Value>(
  path: string,
  uid: number,
  partOf: PartOf,
  take: (bytes: Buffer, size: number) => Value,
): Value | null {
  return readIfThere(path, () => {
    const descriptor = openSync(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile() || stats.uid !== uid) return null;
      const { from, length } = partOf(stats.size);
      const bytes = length <= space.length ? space : Buffer.alloc(length);
      const count = readSync(descriptor, bytes, 0, length, from);
      return take(bytes.subarray(0, count), stats.size);
    } finally {
      closeQuietly(descriptor);
    }
  });
}

/** Stops at the limit, because a process can hold half a million files open. */
function firstNames(path: string, count: number): readonly string[] {
  const directory = opendirSync(path);
  try {
    const names: string[] = [];
    for (let entry = directory.readSync(); entry !== null && names.length < count; entry = directory.readSync()) {
      names.push(entry.name);
    }
    return names;
  } finally {
    directory.closeSync();
  }
}

function factsOf(stats: Stats): FileFacts {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    uid: stats.uid,
    size: stats.size,
    modifiedAtMs: stats.mtimeMs,
    bornAtMs: stats.birthtimeMs,
  };
}

/** Reads only the links, because a look at the files could block on a file system that hangs. */
function openPaths(directory: string): readonly string[] | null {
  const links = readIfThere(directory, () => firstNames(directory, maxOpenFiles));
  if (links === null) return null;
  const paths = links.flatMap((link) => readIfThere(directory, () => readlinkSync(`${directory}/${link}`)) ?? []);
  return [...new Set(paths.filter((path) => path.startsWith('/')))];
}
