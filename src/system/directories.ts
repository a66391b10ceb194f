import { posix } from 'node:path';
import type { Account } from './account.ts';
import { run, type CommandResult } from './exec.ts';
import { launchAs } from './launch.ts';

/** Which directories the account can enter; `failed` when that could not be found out in time. */
export type DirectoryCheck =
  | { readonly kind: 'checked'; readonly usable: ReadonlyMap<string, boolean> }
  | { readonly kind: 'failed'; readonly reason: string };

/** Prints one digit for each argument. */
const script = 'for d do if [ -d "$d" ] && [ -x "$d" ]; then printf 1; else printf 0; fi; done';

/** The kernel takes 128 KiB for one argument and, with the usual stack limit, 2 MiB for all of them. */
const maxArgumentBytes = 128 * 1024;
const maxBytesPerCall = 1024 * 1024;

/**
 * Checks directories with the account's own rights, supplementary groups included, so that a hung one holds nobody else.
 * `timeoutMs` is for all of it.
 */
export async function checkDirectories(
  account: Account,
  asRoot: boolean,
  paths: readonly string[],
  timeoutMs: number,
): Promise<DirectoryCheck> {
  const deadlineMs = performance.now() + timeoutMs;
  const usable = new Map(paths.map((path) => [path, false]));
  for (const chunk of chunksOf([...usable.keys()].filter(isPassable))) {
    const check = ['/bin/sh', '-c', script, 'sh', ...chunk] as const;
    const options = {
      timeoutMs: Math.max(1, Math.round(deadlineMs - performance.now())),
      env: { HOME: account.home, USER: account.name, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    };
    const result = await (asRoot ? launchAs(account, check, options) : run(check, options));
    if (result.exitCode !== 0 || result.stdout.length !== chunk.length) {
      return {
        kind: 'failed',
        reason: `directories of ${account.name} could not be checked: ${wordsOf(result, timeoutMs)}`,
      };
    }
    chunk.forEach((path, at) => usable.set(path, result.stdout[at] === '1'));
  }
  return { kind: 'checked', usable };
}

/** Deeper than anybody works, and few enough to be looked at for each of many sessions. */
const maxDepth = 64;

/**
 * Where a session may go when its directory cannot be used, best first: the parents inside the home, then the home; of a
 * directory that is very deep only the home.
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

function chunksOf(paths: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const path of paths) {
    bytes += Buffer.byteLength(path) + 1;
    if (bytes > maxBytesPerCall) {
      chunks.push([]);
      bytes = Buffer.byteLength(path) + 1;
    }
    chunks.at(-1)?.push(path);
  }
  return chunks;
}
