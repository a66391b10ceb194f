import { setTimeout as delay } from 'node:timers/promises';
import { run, type CommandResult } from '../system/exec.ts';
import { environmentOf, startingArgv, talkingCredentials, tmuxArgv, type TmuxTarget } from './tmux-target.ts';

export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Sends commands to a running server as the account; `input` is its standard input. Never start a server with it. */
export function callTmux(
  target: TmuxTarget,
  args: readonly string[],
  options: CallOptions & { readonly input?: string },
): Promise<CommandResult> {
  const argv = tmuxArgv(target, args);
  const call = run(argv, { ...options, ...talkingCredentials(target), env: environmentOf(target) });
  return endInTime(call, argv, options.timeoutMs);
}

/** Runs the one command that starts a server when none is there. */
export function startTmux(target: TmuxTarget, args: readonly string[], options: CallOptions): Promise<CommandResult> {
  const argv = startingArgv(target, args);
  return endInTime(run(argv, { ...options, env: environmentOf(target) }), argv, options.timeoutMs);
}

/** Why a command gave no usable answer, in its own words where it has some; null when it ended well. */
export function complaintOf(result: CommandResult, timeoutMs: number): string | null {
  const program = result.command[0] ?? 'the command';
  const words = result.stderr.trim();
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
    case 'other':
      return `${program} could not be run${words === '' ? '' : `: ${words}`}`;
    case null:
      if (result.exitCode === 0) return null;
      return words === '' ? `${program} exited with ${result.exitCode ?? 'no status'}, without a word` : words;
  }
}

/** What a killed client may still take to die. */
const graceMs = 1_000;

/**
 * A client sends its standard streams to the server, so a stopped server keeps our pipes open after the client is dead,
 * and waiting for their end would be waiting for ever (3.3a).
 */
async function endInTime(
  call: Promise<CommandResult>,
  argv: readonly string[],
  timeoutMs: number,
): Promise<CommandResult> {
  const timer = new AbortController();
  const late = delay(timeoutMs + graceMs, 'late' as const, { signal: timer.signal });
  const first = await Promise.race([call, late.catch(() => 'late' as const)]);
  timer.abort();
  return first === 'late' ? { command: argv, exitCode: null, stdout: '', stderr: '', failure: 'timeout' } : first;
}
