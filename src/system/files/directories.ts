import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { Account } from '../host/accounts.ts';
import { type CommandResult, run } from '../programs/exec.ts';
import { launchAs } from '../programs/launch.ts';
import { quietly } from './read-file.ts';

/**
 * The directories that the account can enter. `silent` are those on a file system that does not answer. `failed` when
 * the check itself did not work.
 */
type DirectoryCheck =
  | {
      readonly kind: 'checked';
      readonly usable: ReadonlyMap<string, boolean>;
      readonly silent: ReadonlySet<string>;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Prints one digit for each argument. */
const script = 'for d do if [ -d "$d" ] && [ -x "$d" ]; then printf 1; else printf 0; fi; done';

/** The kernel limits one argument to 128 KiB and, with the usual stack limit, all of them to 2 MiB. */
const maxArgumentBytes = 128 * 1024;
const maxBytesPerCall = 1024 * 1024;

/** After this share of the total time a directory counts as silent. */
const silentShare = 4;

/**
 * Checks directories with the account's own rights, supplementary groups included. A hung directory delays no other
 * user and no other directory. `timeoutMs` is the total limit.
 */
export async function checkDirectories(
  account: Account,
  asRoot: boolean,
  paths: readonly string[],
  timeoutMs: number,
): Promise<DirectoryCheck> {
  const deadlineMs = performance.now() + timeoutMs;
  const usable = new Map(paths.map((path) => [path, false]));
  const silent = new Set<string>();
  let open = [...usable.keys()].filter(isPassable);
  while (open.length > 0) {
    const chunk = firstChunk(open);
    const check = ['/bin/sh', '-c', script, 'sh', ...chunk] as const;
    const leftMs = Math.min(deadlineMs - performance.now(), timeoutMs / silentShare);
    const options = {
      timeoutMs: Math.max(1, Math.round(leftMs)),
      env: { HOME: account.home, USER: account.name, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    };
    const result = await (asRoot ? launchAs(account, check, options) : run(check, options));
    const answers = result.stdout;
    for (const [at, path] of chunk.entries()) if (at < answers.length) usable.set(path, answers[at] === '1');
    const stuck = chunk[answers.length];
    if (stuck === undefined && result.exitCode === 0) {
      open = open.slice(chunk.length);
      continue;
    }
    const isOver = performance.now() >= deadlineMs || stuck === undefined;
    if (result.failure !== 'timeout' || isOver) {
      const reason = `directories of ${account.name} could not be checked: ${wordsOf(result, timeoutMs)}`;
      return { kind: 'failed', reason };
    }
    // Other directories on the same file system would hang, too.
    const mounts = mountPoints();
    const mount = mountOf(stuck, mounts);
    for (const path of open.slice(answers.length)) if (mountOf(path, mounts) === mount) silent.add(path);
    silent.add(stuck);
    open = open.slice(answers.length).filter((path) => !silent.has(path));
  }
  return { kind: 'checked', usable, silent };
}

/** The mount points in this process's view. */
function mountPoints(): readonly string[] {
  const table = quietly(() => readFileSync('/proc/self/mountinfo', 'utf8')) ?? '';
  return table.split('\n').flatMap((line) => {
    const place = line.split(' ', 5)[4];
    return place === undefined ? [] : [decodeMountPath(place)];
  });
}

/** mountinfo(5) writes some characters as octal numbers. */
export function decodeMountPath(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The mount of a path, by its text alone. */
function mountOf(path: string, mounts: readonly string[]): string {
  const above = mounts.filter((mount) => path === mount || path.startsWith(mount === '/' ? '/' : `${mount}/`));
  return above.toSorted((a, b) => b.length - a.length)[0] ?? '/';
}

/** Deeper than real work directories, and low enough to check every parent for many sessions. */
const maxDepth = 64;

/**
 * Where a session may start when its directory cannot be used, best first: the parents inside the home, then the home.
 * For a very deep directory only the home.
 */
export function fallbackCandidates(path: string, home: string): readonly string[] {
  const root = posix.resolve('/', home);
  const inside = root === '/' ? '/' : `${root}/`;
  const candidates: string[] = [];
  if (!path.startsWith('/') || path.split('/', maxDepth + 1).length > maxDepth) return [root];
  for (let at = posix.dirname(posix.resolve(path)); at.startsWith(inside) && at !== root; at = posix.dirname(at)) {
    candidates.push(at);
  }
  return [...candidates, root];
}

function wordsOf({ failure, exitCode, stderr }: CommandResult, timeoutMs: number): string {
  if (failure === 'timeout') return `no answer within ${timeoutMs / 1000} s`;
  if (stderr.trim() !== '') return stderr.trim();
  return failure === 'signal' ? 'the check was killed' : `the check ended with ${failure ?? `exit code ${exitCode}`}`;
}

function isPassable(path: string): boolean {
  return path.startsWith('/') && !path.includes('\0') && Buffer.byteLength(path) < maxArgumentBytes;
}

/** The paths that fit into one call. */
function firstChunk(paths: readonly string[]): readonly string[] {
  let bytes = 0;
  const end = paths.findIndex((path) => (bytes += Buffer.byteLength(path) + 1) > maxBytesPerCall);
  return end < 0 ? paths : paths.slice(0, Math.max(1, end));
}
