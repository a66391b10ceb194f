import type { Account } from '../system/accounts.ts';
import type { CommandOptions, CommandResult } from '../system/exec.ts';

/** Whose tmux server is meant, and how it is reached. */
export interface TmuxTarget {
  readonly account: Account;
  /** `own`: we are that account. `switch`: we are root and become that account for every call. */
  readonly access: 'own' | 'switch';
  /** tmux's `-L`; null is its default socket. */
  readonly socketName: string | null;
  /** tmux's `-f`; null leaves it the account's own configuration. */
  readonly configFile: string | null;
  /** TMUX_TMPDIR; null is tmux's default, /tmp. */
  readonly tmpDir: string | null;
  /** PATH of every call, and for life of a server that is started by one. */
  readonly searchPath: string;
  /** Where its server is to live; null leaves it below this process. */
  readonly placement: Placement | null;
}

/**
 * Runs the command that starts a server, as the account, where the server is to live. `refused`: it cannot be run there;
 * `hopeless`: neither there nor anywhere else.
 */
export type Placement = (
  command: readonly [string, ...string[]],
  options: Pick<CommandOptions, 'env' | 'timeoutMs' | 'signal'>,
) => Promise<
  /** `remark` says what is not as it was to be there; null for nothing. */
  | { readonly kind: 'ran'; readonly result: CommandResult; readonly remark: string | null }
  | { readonly kind: 'refused' | 'hopeless'; readonly reason: string }
>;

/** Who is asking. */
export interface Caller {
  readonly uid: number;
  readonly searchPath: string | null;
  readonly tmpDir: string | null;
}

const systemSearchPath = '/usr/local/bin:/usr/bin:/bin';

/** How the caller reaches the tmux of an account: only for its own does it lend its PATH and TMUX_TMPDIR. */
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
    configFile: options.configFile,
    tmpDir: own ? caller.tmpDir : null,
    searchPath: (own ? caller.searchPath : null) ?? systemSearchPath,
    placement: null,
  };
}

/**
 * The environment of every call. It has LANG and not LC_ALL, and nothing of the caller's: a server keeps its first
 * client's environment for life, and LC_ALL there would overrule what the user's profile sets.
 */
export function environmentOf(target: TmuxTarget): Readonly<Record<string, string>> {
  const { account, searchPath, tmpDir } = target;
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

/** `-u`, because a client that is not in UTF-8 prints every tab and every non-ASCII column as `_`. */
export function tmuxArgv(target: TmuxTarget, args: readonly string[]): readonly [string, ...string[]] {
  return [
    'tmux',
    '-u',
    ...(target.configFile === null ? [] : ['-f', target.configFile]),
    ...(target.socketName === null ? [] : ['-L', target.socketName]),
    ...args,
  ];
}
