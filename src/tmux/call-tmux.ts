import { type CommandOptions, type CommandResult, run } from '../system/programs/exec.ts';
import { launchAs, launchToStay } from '../system/programs/launch.ts';
import { maxStatusBytes, readBounded } from '../system/files/read-file.ts';
import { askServer } from './ask-server.ts';
import { environmentOf, tmuxArgv, type TmuxTarget } from './tmux-target.ts';

export interface CallOptions {
  /** The limit of each call. */
  readonly timeoutMs: number;
  /**
   * The time at which the last call must have ended, in the clock of `performance.now()`. Later calls have no time
   * left.
   */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Sends one command to a running server, and never starts a server; `input` is the server's standard input.
 *
 * A server with an unknown protocol is asked with a tmux client, which runs as the account and inherits nothing from
 * this process.
 */
export async function callTmux(
  target: TmuxTarget,
  args: readonly string[],
  options: CallOptions & { readonly input?: string },
): Promise<CommandResult> {
  const { input } = options;
  const limits = { ...limited(options), ...(input === undefined ? {} : { input }) };
  const answer = await askServer(target, args, limits);
  // A client resolves `~/.tmux.conf` for every command (3.3a), and would hang in a home that hangs. So HOME is `/`.
  const env = { ...environmentOf(target), HOME: '/' };
  return answer.kind === 'answered' ? answer.result : runTmux(target, args, { ...limits, env }, launchAs);
}

/** The result of the command that starts a server. */
interface StartingCall {
  readonly result: CommandResult;
  /** Why the server does not live in its planned place; null when it does. */
  readonly misplaced: string | null;
}

/**
 * Runs the command that starts a server when none runs, with `more` added to its environment. A server in the wrong
 * place is better than none.
 */
export async function startTmux(
  target: TmuxTarget,
  args: readonly string[],
  more: Readonly<Record<string, string>>,
  options: CallOptions,
): Promise<StartingCall> {
  const limits = { ...limited(options), env: { ...environmentOf(target), ...target.serverEnv, ...more } };
  const command = tmuxArgv(target, args);
  const placed = (await target.placement?.(command, limits)) ?? null;
  if (placed?.kind === 'ran') return { result: placed.result, misplaced: placed.remark };
  if (placed?.kind === 'hopeless') {
    return { result: { command, exitCode: 1, stdout: '', stderr: placed.reason, failure: null }, misplaced: null };
  }
  return { result: await runTmux(target, args, limits, launchToStay), misplaced: placed?.reason ?? null };
}

/** Reports the tmux command as the failed one, whatever program ran it. */
async function runTmux(
  target: TmuxTarget,
  args: readonly string[],
  options: CommandOptions,
  launch: typeof launchAs,
): Promise<CommandResult> {
  const argv = tmuxArgv(target, args);
  if (target.access === 'own') return run(argv, options);
  return { ...(await launch(target.account, argv, options)), command: argv };
}

function limited({ timeoutMs, deadlineMs, signal }: CallOptions): Pick<CommandOptions, 'timeoutMs' | 'signal'> {
  const leftMs = deadlineMs === undefined ? timeoutMs : Math.min(timeoutMs, deadlineMs - performance.now());
  return { timeoutMs: Math.max(1, Math.round(leftMs)), ...(signal === undefined ? {} : { signal }) };
}

/** Why a command gave no usable answer, in its own words where it has some; null when it ended well. */
export function complaintOf(result: CommandResult, timeoutMs: number): string | null {
  const program = result.command[0] ?? 'the command';
  const words = briefWords(result.stderr);
  switch (result.failure) {
    case 'timeout':
      return `${program} did not answer within ${timeoutMs / 1000} s`;
    case 'not-found':
      return `${program} was not found; install it, or mend PATH`;
    case 'too-much-output':
      return `${program} printed more than is believable`;
    case 'aborted':
      return `${program} was interrupted`;
    case 'signal':
      return `${program} was killed${words === '' ? '' : `: ${words}`}`;
    case 'refused':
      return words;
    case 'other':
      return `${program} could not be run${words === '' ? '' : `: ${words}`}`;
    case null:
      if (result.exitCode === 0) return null;
      return words === '' ? `${program} exited with ${result.exitCode ?? 'no status'}, without a word` : words;
  }
}

const maxWords = 300;

/** Shortens the words of a program. A process that poses as a server can say anything, at any length. */
export function briefWords(words: string): string {
  const trimmed = words.trim();
  return trimmed.length <= maxWords ? trimmed : `${trimmed.slice(0, maxWords)}…`;
}

/** Whether the server ended during the call. The caller should then ask again. */
export function wentAway(words: string): boolean {
  return /^\[?(server exited( unexpectedly)?|lost server)\]?$/.test(words.trim());
}

/** The text of a pane, without empty lines; empty when tmux does not answer. */
export async function capturePane(
  target: TmuxTarget,
  paneId: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const result = await callTmux(target, ['capture-pane', '-p', '-J', '-t', paneId], options);
  if (result.failure !== null || result.exitCode !== 0) return [];
  return result.stdout
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

/**
 * Whether a tmux process lives under that process id. A zombie does not count, and neither does another program that
 * has got the id since. Throws HostReadError.
 */
export function isServerAlive(pid: number, procRoot = '/proc'): boolean {
  const stat = readBounded(`${procRoot}/${pid}/stat`, maxStatusBytes);
  // proc(5): `PID (COMM) STATE …`; a server of tmux 3.3a calls itself `tmux: server`.
  return stat !== null && /^\d+ \(tmux.*\) [^ZX] [^)]*$/s.test(stat);
}
