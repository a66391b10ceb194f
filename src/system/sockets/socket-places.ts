import { posix } from 'node:path';
import type { Account } from '../host/accounts.ts';
import { run } from '../programs/exec.ts';
import { launchAs } from '../programs/launch.ts';

export interface SocketPlace {
  /** Whether a socket file is there, with or without a process that listens. */
  readonly hasFile: boolean;
  /** Whether the account can make a socket there. */
  readonly isOpen: boolean;
}

type SocketPlaces =
  | { readonly kind: 'checked'; readonly places: ReadonlyMap<string, SocketPlace> }
  | { readonly kind: 'failed'; readonly reason: string };

/** Two digits for each three arguments: a socket, its directory, and where that directory can be made, if anywhere. */
const script = [
  'open() { [ -d "$1" ] && [ -w "$1" ] && [ -x "$1" ]; }',
  'while [ $# -gt 2 ]; do',
  'if [ -S "$1" ]; then printf 1; else printf 0; fi',
  'if open "$2" || { [ "$3" ] && ! [ -e "$2" ] && ! [ -h "$2" ] && open "$3"; }; then printf 1; else printf 0; fi',
  'shift 3; done',
].join('\n');

/**
 * Looks at the places of sockets with the account's own rights, because a user's directory may never answer.
 * `parentOf` names where the directory of a socket would be made when it is missing; null when nobody makes it.
 */
export async function checkSocketPlaces(
  account: Account,
  asRoot: boolean,
  paths: readonly string[],
  parentOf: (path: string) => string | null,
  timeoutMs: number,
): Promise<SocketPlaces> {
  if (paths.length === 0) return { kind: 'checked', places: new Map() };
  const check = [
    '/bin/sh',
    '-c',
    script,
    'sh',
    ...paths.flatMap((path) => [path, posix.dirname(path), parentOf(path) ?? '']),
  ] as const;
  const env = { HOME: '/', PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };
  const { stdout, exitCode, failure } = await (asRoot
    ? launchAs(account, check, { timeoutMs, env })
    : run(check, { timeoutMs, env }));
  if (exitCode !== 0 || stdout.length !== 2 * paths.length) {
    const how =
      failure === 'timeout' ? 'they do not answer' : `the check ended with ${failure ?? exitCode ?? 'no status'}`;
    return { kind: 'failed', reason: `the recorded sockets of ${account.name} could not be looked at: ${how}` };
  }
  return {
    kind: 'checked',
    places: new Map(
      paths.map((path, at) => [path, { hasFile: stdout[2 * at] === '1', isOpen: stdout[2 * at + 1] === '1' }]),
    ),
  };
}
