import { constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoName, HostReadError, systemErrorText } from '../errors.ts';
import { closeQuietly } from '../files/read-file.ts';

/** The terminals, such as `pts/4`, that one tmux server has in the login records. */
interface TmuxTerminals {
  /** Terminals of panes without a recorded end. A killed server leaves such records. */
  readonly open: readonly string[];
  /** Terminals of panes that ended in an orderly way, while no other process has got the terminal. */
  readonly closed: readonly string[];
}

/** By the process id of the server. */
export type TmuxTerminalsByServer = ReadonlyMap<number, TmuxTerminals>;

/**
 * The terminals of every tmux server of the host, from its login records; null when the host has none, or hides them.
 * Throws HostReadError.
 *
 * Debian links tmux with libutempter, which writes a record for each pane. Hosts without /run/utmp: Debian 13 and
 * later, most containers.
 */
export function readTmuxTerminals(path = '/run/utmp'): TmuxTerminalsByServer | null {
  try {
    // O_NONBLOCK, because opening a FIFO for reading would otherwise wait for a writer.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readDescriptor(descriptor, recordBytesOf(process.arch));
    } finally {
      closeQuietly(descriptor);
    }
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'EACCES'].includes(errnoName(error) ?? '')) return null;
    throw new HostReadError(path, systemErrorText(error));
  }
}

/**
 * Reads in pieces and keeps only the records of tmux servers. A user who opens many terminals makes the file large for
 * all.
 */
function readDescriptor(descriptor: number, recordBytes: number): TmuxTerminalsByServer | null {
  const stats = fstatSync(descriptor);
  if (!stats.isFile() || stats.size % recordBytes !== 0) return null;
  const found: Found = new Map();
  const end = Math.min(stats.size, maxRecords * recordBytes);
  const piece = Buffer.alloc(recordsAtOnce * recordBytes);
  for (let position = 0; position < end;) {
    const length = readSync(descriptor, piece, 0, Math.min(piece.length, end - position), position);
    const wholeBytes = length - (length % recordBytes);
    if (wholeBytes === 0) break;
    collectTerminals(piece.subarray(0, wholeBytes), recordBytes, found);
    position += wholeBytes;
  }
  return found;
}

/** Parses the records of utmp(5); null for a file that is not a whole number of them. */
export function parseTmuxTerminals(bytes: Buffer, recordBytes: number): TmuxTerminalsByServer | null {
  if (bytes.length % recordBytes !== 0) return null;
  const found: Found = new Map();
  collectTerminals(bytes, recordBytes, found);
  return found;
}

type Found = Map<number, { readonly open: string[]; readonly closed: string[] }>;

function collectTerminals(bytes: Buffer, recordBytes: number, found: Found): void {
  for (let start = 0; start < bytes.length; start += recordBytes) {
    const pid = bytes.readInt32LE(start + pidOffset);
    const state = stateOf(bytes.subarray(start, start + recordBytes), pid);
    if (state === null) continue;
    const terminals = found.get(pid) ?? { open: [], closed: [] };
    found.set(pid, terminals);
    terminals[state].push(textAt(bytes, start + lineOffset, lineBytes));
  }
}

/** sizeof(struct utmp) in glibc 2.36. aarch64 has 64-bit times (`__WORDSIZE_TIME64_COMPAT32` is 0), x86_64 has not. */
export function recordBytesOf(architecture: string): number {
  return architecture === 'arm64' ? 400 : 384;
}

/**
 * A pane of tmux 3.3a (libutempter 1.2.1) has the type USER_PROCESS, the server as ut_pid and `tmux(PID).%N` as
 * ut_host. After an orderly end the type is DEAD_PROCESS and ut_host is empty; ut_pid and ut_line stay. ut_pid is the
 * parent of libutempter's own program. So no user can write a record in the name of another user's server.
 */
function stateOf(record: Buffer, pid: number): keyof TmuxTerminals | null {
  const type = record.readInt16LE(0);
  const host = textAt(record, hostOffset, hostBytes);
  if (type === userProcess && host.startsWith(`tmux(${pid}).%`)) return 'open';
  return type === deadProcess && pid > 0 && host === '' ? 'closed' : null;
}

function textAt(bytes: Buffer, offset: number, length: number): string {
  const [text = ''] = bytes.toString('latin1', offset, offset + length).split('\0', 1);
  return text;
}

// <bits/utmp.h> of glibc 2.36, the same for x86_64 and aarch64: only the fields after ut_exit differ.
const userProcess = 7;
const deadProcess = 8;
const pidOffset = 4;
const lineOffset = 8;
const lineBytes = 32;
const hostOffset = 76;
const hostBytes = 256;

const recordsAtOnce = 1_024;
/**
 * 64 MiB of records; the rest is not read. The kernel gives out 4096 terminals, unless somebody has raised
 * kernel.pty.max.
 */
const maxRecords = 170_000;
