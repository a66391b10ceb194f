import { posix } from 'node:path';
import type { Account } from '../system/host/accounts.ts';
import type { CommandOptions, CommandResult } from '../system/programs/exec.ts';

/** The account whose tmux server is meant, and how to reach it. */
export interface TmuxTarget {
  readonly account: Account;
  /**
   * `own`: this process runs as that account. `switch`: this process is root and becomes that account for every call.
   */
  readonly access: 'own' | 'switch';
  /** tmux's `-L`; null is its default socket. */
  readonly socketName: string | null;
  /** tmux's `-S`, an absolute path that counts instead of `-L`; null for none. */
  readonly socketPath: string | null;
  /** tmux's `-f`, in order; none uses the account's own configuration. */
  readonly configFiles: readonly string[];
  /** TMUX_TMPDIR; null is tmux's default, /tmp. */
  readonly tmpDir: string | null;
  /** PATH of every call. A server keeps the PATH of the call that started it. */
  readonly searchPath: string;
  /** Variables that a started server gets besides those of every call. */
  readonly serverEnv: Readonly<Record<string, string>>;
  /** Where to start the server; null starts it below this process. */
  readonly placement: Placement | null;
}

/**
 * Runs the command that starts a server, as the account, in the planned place. `refused`: the command cannot run there.
 * `hopeless`: it cannot run anywhere.
 */
export type Placement = (
  command: readonly [string, ...string[]],
  options: Pick<CommandOptions, 'env' | 'timeoutMs' | 'signal'>,
) => Promise<
  /** `remark` tells what differs from the plan; null for nothing. */
  | { readonly kind: 'ran'; readonly result: CommandResult; readonly remark: string | null }
  | { readonly kind: 'refused' | 'hopeless'; readonly reason: string }
>;

/** The account and environment of this process. */
export interface Caller {
  readonly uid: number;
  readonly searchPath: string | null;
  readonly tmpDir: string | null;
}

const systemSearchPath = '/usr/local/bin:/usr/bin:/bin';

/** How the caller reaches the tmux of an account. Only its own account gets the caller's PATH and TMUX_TMPDIR. */
export function tmuxTarget(
  account: Account,
  caller: Caller,
  options: { readonly socketName: string | null; readonly configFile: string | null },
): TmuxTarget {
  const own = caller.uid === account.uid;
  return {
    account,
    access: own ? 'own' : 'switch',
    socketName: options.socketName,
    socketPath: null,
    configFiles: options.configFile === null ? [] : [options.configFile],
    tmpDir: own ? caller.tmpDir : null,
    searchPath: (own ? caller.searchPath : null) ?? systemSearchPath,
    serverEnv: {},
    placement: null,
  };
}

/**
 * The environment of every call. It has LANG, not LC_ALL, and nothing of the caller's. A server keeps its first
 * client's environment for life, and LC_ALL there would overrule the user's profile.
 */
export function environmentOf(target: TmuxTarget): Readonly<Record<string, string>> {
  const { account, searchPath } = target;
  const tmpDir = target.socketPath === null ? target.tmpDir : tmpDirOfSocket(target.socketPath, account.uid);
  return {
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
    PATH: searchPath,
    LANG: 'C.UTF-8',
    ...(tmpDir === null ? {} : { TMUX_TMPDIR: tmpDir }),
  };
}

/** Adds `-u`, because a client without UTF-8 prints every tab and every non-ASCII column as `_`. */
export function tmuxArgv(target: TmuxTarget, args: readonly string[]): readonly [string, ...string[]] {
  return ['tmux', '-u', ...target.configFiles.flatMap((file) => ['-f', file]), ...choosingWords(target), ...args];
}

/** With `-L`, tmux makes the directory of the socket, for example after a boot. With `-S`, it does not. */
function choosingWords(target: TmuxTarget): readonly string[] {
  const { socketPath, account } = target;
  if (socketPath === null || tmpDirOfSocket(socketPath, account.uid) === null) return socketWords(target);
  return ['-L', posix.basename(socketPath)];
}

/** The TMUX_TMPDIR under which tmux itself puts a socket there; null for a path that only `-S` chooses. */
export function tmpDirOfSocket(socketPath: string, uid: number): string | null {
  const directory = posix.dirname(socketPath);
  return posix.basename(directory) === `tmux-${uid}` ? posix.dirname(directory) : null;
}

/** The options of a tmux client that choose the server. */
export function socketWords({ socketName, socketPath }: TmuxTarget): readonly string[] {
  if (socketPath !== null) return ['-S', socketPath];
  return socketName === null ? [] : ['-L', socketName];
}
