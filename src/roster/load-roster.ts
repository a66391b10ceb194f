import { constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { closeQuietly } from '../system/read-file.ts';
import { distrustedPath, distrustText, isRoot } from '../system/trusted-path.ts';
import { parseUserMap } from './parse-user-map.ts';
import { maxRosterBytes, type RosterReading } from './roster-reading.ts';

/** The roster file could not be read, which tells nothing about its content. */
export class RosterReadError extends Error {
  override readonly name = 'RosterReadError';
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`roster ${path} cannot be read: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/**
 * Reads a roster file: `.yaml`, `.yml` and `.json` as a roster, any other file as a user map. Throws RosterReadError.
 */
export async function loadRoster(path: string): Promise<RosterReading> {
  const text = readText(path);
  if (!/\.(yaml|yml|json)$/.test(path)) return parseUserMap(text, path);
  // Loaded late, so that a host with a user map does not load the YAML library.
  const { parseRoster } = await import('./parse-roster.ts');
  return parseRoster(text, path);
}

function readText(path: string): string {
  const bytes = readBounded(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RosterReadError(path, 'it is not UTF-8 text');
  }
}

function readBounded(path: string): Buffer {
  const distrust = isRoot() ? distrustedPath(path) : null;
  if (distrust !== null) throw new RosterReadError(path, distrustText(path, distrust));
  let descriptor: number | null = null;
  try {
    // O_NONBLOCK, because opening a named pipe would wait for a writer forever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new RosterReadError(path, 'it is not a regular file');
    if (status.size > maxRosterBytes) {
      throw new RosterReadError(path, `it is larger than ${maxRosterBytes / 1024} KiB`);
    }
    return readFileSync(descriptor);
  } catch (error) {
    throw error instanceof RosterReadError ? error : new RosterReadError(path, reasonOf(error));
  } finally {
    if (descriptor !== null) closeQuietly(descriptor);
  }
}

// Node's message is `ENOENT: no such file or directory, open '…'`. The caller's message already has the path.
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

/** Where to look for the roster without an option, first match first. */
export const defaultRosterPaths: readonly string[] = ['/etc/tmux-persist/roster.yaml', '/etc/ttyd-user-map'];

interface RosterSearch {
  /** `--roster`; null when it is not given. */
  readonly flag: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly defaultPaths?: readonly string[];
}

/** The roster file to use; null when there is none, and the run is for the invoking user alone. */
export function findRoster({ flag, env, defaultPaths = defaultRosterPaths }: RosterSearch): string | null {
  // An empty flag is a mistake (`--roster "$UNSET"`). It fails when read, and does not select another file.
  if (flag !== null) return flag;
  const fromEnvironment = env['TMUX_PERSIST_ROSTER'] ?? '';
  if (fromEnvironment !== '') return fromEnvironment;
  return defaultPaths.find((path) => !isAbsent(path)) ?? null;
}

// Only "no such file" means absent. Any other problem (no permission, a dangling link) must fail when the file is read.
function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
