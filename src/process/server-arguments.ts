import { basename, isAbsolute, join } from 'node:path';
import { readBounded } from '../system/files/read-file.ts';
import { uidOf } from './process-table.ts';

/**
 * The configuration files that a user's tmux server was started with (`-f`), in order; null when it uses the default
 * ones, or when its arguments cannot be read.
 *
 * tmux's own `#{config_files}` does not tell this: it also lists the default files (3.8: even missing ones), with links
 * resolved (3.3a, 3.5a), separates names by commas, and is empty on 3.1c. A server keeps the arguments of its first
 * client (3.1c to 3.8).
 */
export function configFilesOf(serverPid: number, uid: number): readonly string[] | null {
  if (uidOf(serverPid) !== uid) return null;
  const files = configFilesIn(vector(`/proc/${serverPid}/cmdline`));
  if (files.length === 0 || files.length > maxFiles || files.some(isNoPath)) return null;
  const directory = files.every(isAbsolute) ? null : startDirectoryOf(serverPid);
  return files.map((file) => (isAbsolute(file) || directory === null ? file : join(directory, file)));
}

/** A process of the user can show any arguments, and all of them would go into the record. */
const maxFiles = 16;
const maxPathBytes = 4096;

function isNoPath(file: string): boolean {
  return file === '' || Buffer.byteLength(file) > maxPathBytes;
}

/** The values of `-f` in the arguments of a tmux client, as getopt(3) reads them. */
export function configFilesIn(argv: readonly string[]): readonly string[] {
  // A loader may stand before the program.
  const program = argv.findIndex((word) => basename(word) === 'tmux');
  const files: string[] = [];
  for (let at = Math.max(program, 0) + 1; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-') || word === '-' || word === '--') break;
    const [, letter, attached] = /^-[^cfLST]*([cfLST])(.*)$/s.exec(word) ?? [];
    if (letter === undefined) continue;
    if (attached === '') at += 1;
    const value = attached === '' ? argv[at] : attached;
    if (letter === 'f' && value !== undefined) files.push(value);
  }
  return files;
}

/** The directory in which the shell of the first client was. The server itself is in `/`. */
function startDirectoryOf(serverPid: number): string | null {
  const variable = vector(`/proc/${serverPid}/environ`).find((entry) => entry.startsWith('PWD=/'));
  return variable === undefined ? null : variable.slice('PWD='.length);
}

function vector(path: string): readonly string[] {
  return (readBounded(path, maxVectorBytes) ?? '').split('\0').slice(0, -1);
}

/** With the usual stack limit, the kernel gives a program at most 2 MiB of arguments and environment. */
const maxVectorBytes = 2 * 1024 * 1024;
