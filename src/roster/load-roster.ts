import { dirname, join, resolve } from 'node:path';
import { constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import type { Excerpt } from '../core/diagnostic.ts';
import type { Roster, RosterProblem, RosterUser } from '../core/roster.ts';
import { closeQuietly } from '../system/files/read-file.ts';
import { distrustedPath, distrustText, isRoot } from '../system/files/trusted-path.ts';
import { parseUserMap } from './parse-user-map.ts';
import { maxRosterBytes, withoutByteOrderMark } from './roster-reading.ts';

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

/** A problem with its file, because a user map has its settings in a second one. */
export interface LocatedProblem extends RosterProblem {
  readonly path: string;
  readonly excerpt: Excerpt;
}

export interface LoadedRoster {
  readonly roster: Roster | null;
  readonly problems: readonly LocatedProblem[];
  /** The same roster as YAML, for the users and their settings; null when there is an error in it. */
  readonly copy: string | null;
}

/**
 * Reads a roster file: `.yaml`, `.yml` and `.json` as a roster, any other file as a user map, with the settings that are
 * kept apart for one. Throws RosterReadError.
 */
export async function loadRoster(
  path: string,
  settingsPaths: readonly string[] = settingsPathsFor(path),
): Promise<LoadedRoster> {
  const text = readText(path);
  if (!isUserMap(path)) {
    // Loaded late, so that a host with a user map does not load the YAML library.
    const { parseRoster } = await import('./parse-roster.ts');
    const { roster, problems } = parseRoster(text, path);
    return {
      roster,
      problems: located(path, text, problems),
      copy: isGood(problems) ? withoutByteOrderMark(text) : null,
    };
  }
  const map = parseUserMap(text, path);
  const mapProblems = located(path, text, map.problems);
  const settingsPath = settingsPaths.find((candidate) => !isAbsent(candidate));
  if (map.roster === null || settingsPath === undefined) {
    const copy = map.roster === null || !isGood(map.problems) ? null : rosterText(namesOf(map.roster), {});
    return { roster: map.roster, problems: mapProblems, copy };
  }
  const settingsText = readText(settingsPath);
  const { parseSettings } = await import('./parse-roster.ts');
  const settings = parseSettings(settingsText, settingsPath, namesOf(map.roster));
  const problems = [...mapProblems, ...located(settingsPath, settingsText, settings.problems)];
  if (settings.roster === null) return { roster: null, problems, copy: null };
  const copy = isGood(problems) ? rosterText(namesOf(map.roster), settings.document) : null;
  return { roster: withSettings(map.roster, settings.roster), problems, copy };
}

/** The files that a roster is read from, and those that it will be read from once they are there; null: no roster yet. */
export function rosterFiles(path: string | null): readonly string[] {
  if (path === null) return defaultRosterPaths;
  return isUserMap(path) ? [path, ...settingsPathsFor(path)] : [path];
}

function isUserMap(path: string): boolean {
  return !/\.(yaml|yml|json)$/.test(path);
}

/** The file with the settings of a user map: beside it, and for a map in /etc in the directory of this program. */
function settingsPathsFor(mapPath: string): readonly string[] {
  const directory = dirname(resolve(mapPath));
  return [...(directory === '/etc' ? [] : [join(directory, 'persist.yaml')]), '/etc/tmux-persist/persist.yaml'];
}

function withSettings(map: Roster, settings: Roster): Roster {
  const settingsOf = new Map(settings.users.map((user) => [user.name, user]));
  const users = map.users.map((user): RosterUser => {
    const { parked, isAdmin, mistake, policy } = settingsOf.get(user.name) ?? user;
    return { ...user, parked, isAdmin, mistake, policy };
  });
  return { ...map, start: settings.start, users };
}

function namesOf({ users }: Roster): readonly string[] {
  return users.map(({ name }) => name);
}

/** JSON is YAML, too. */
function rosterText(names: readonly string[], settings: object): string {
  const nobodySet = Object.fromEntries(names.map((name) => [name, null]));
  return `${JSON.stringify({ users: nobodySet, ...settings }, null, 2)}\n`;
}

function isGood(problems: readonly RosterProblem[]): boolean {
  return problems.every(({ severity }) => severity === 'warning');
}

function located(path: string, text: string, problems: readonly RosterProblem[]): readonly LocatedProblem[] {
  const lines = withoutByteOrderMark(text).split('\n');
  return problems.map((problem) => {
    const { line, column } = problem;
    const shown = (lines[line - 1] ?? '').replace(/\r$/, '');
    return { ...problem, path, excerpt: { line, text: shown, column } };
  });
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
