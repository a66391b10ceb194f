import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import type { Options } from 'execa';
import { systemErrorText } from '../errors.ts';
import { quietly } from '../files/read-file.ts';

/**
 * How a finished command ended. A command that was killed or never started has no exit code, and `failure` tells why.
 */
export interface CommandResult {
  readonly command: readonly string[];
  readonly exitCode: number | null;
  readonly stdout: string;
  /** For a command that never started: the system's text with the reason. */
  readonly stderr: string;
  readonly failure: 'timeout' | 'not-found' | 'too-much-output' | 'signal' | 'aborted' | 'refused' | 'other' | null;
}

export interface CommandOptions {
  readonly timeoutMs: number;
  /** The complete environment of the child, which inherits nothing. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Runs the command in a new session, without a terminal. When it is cut short, its whole process group is killed. */
  readonly detached?: boolean;
}

/** Twenty times the listing of a tmux server with 200 sessions. The limit applies to each of many users at once. */
const maxOutputBytes = 4 * 1024 * 1024;

/** Runs one program, never through a shell, and never throws, however the program ended. */
export async function run(argv: readonly [string, ...string[]], options: CommandOptions): Promise<CommandResult> {
  // Loaded late: most runs start no program this way, and it is a quarter of all our code.
  const { execa } = await import('execa');
  const start = startWithLibrary(() => execa(argv[0], argv.slice(1), execaOptions(options)));
  if (start.kind === 'failed') {
    const stderr = systemErrorText(await start.reason);
    return { command: argv, exitCode: null, stdout: '', stderr, failure: 'other' };
  }
  const cutting = cutOff(start.started, options);
  const result = await Promise.race([start.started, cutting.gaveUp]);
  cutting.stop();
  const failure = failureOf(result);
  if (options.detached === true && failure !== null) endGroup(start.started.pid);
  const wasRun = failure !== 'other' && failure !== 'not-found';
  return {
    command: argv,
    exitCode: result.exitCode ?? null,
    stdout: result.stdout ?? '',
    stderr: wasRun ? (result.stderr ?? '') : systemErrorText(result.cause),
    failure,
  };
}

/** Kills the processes that a killed program has started, unless they have their own session. */
function endGroup(leader: number | undefined): void {
  if (leader !== undefined) quietly(() => process.kill(-leader, 'SIGKILL'));
}

function execaOptions(options: CommandOptions) {
  return {
    cwd: '/',
    env: { ...options.env },
    extendEnv: false,
    reject: false,
    timeout: options.timeoutMs,
    forceKillAfterDelay: 500,
    maxBuffer: maxOutputBytes,
    stripFinalNewline: false,
    ...(options.input === undefined ? ({ stdin: 'ignore' } as const) : { input: options.input }),
    ...(options.detached === undefined ? {} : { detached: options.detached }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  } satisfies Options;
}

/** The time that a killed program may take to end. */
const graceMs = 700;

const doNothing = (): void => {};

interface Cuttable {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly unref: () => void;
}

interface Cutting {
  /**
   * Resolves for a program that does not end even by SIGKILL, for example because it waits for a hanging file system.
   */
  readonly gaveUp: Promise<Ending>;
  readonly stop: () => void;
}

/**
 * Stops waiting for a program some time after it was told to end: first for its output, then for its end.
 *
 * A tmux client passes its standard streams to the server. A stopped server keeps them open when the client is dead.
 * Waiting for their end would then last forever (tmux 3.3a).
 */
function cutOff(child: Cuttable, { timeoutMs, signal }: CommandOptions): Cutting {
  let stop = doNothing;
  const gaveUp = new Promise<Ending>((resolve) => {
    const cut = (why: Pick<Ending, 'timedOut' | 'isCanceled'>): void => {
      child.stdout.destroy();
      child.stderr.destroy();
      timer = setTimeout(() => {
        child.unref();
        resolve({ failed: true, isMaxBuffer: false, isTerminated: false, ...why });
      }, graceMs);
    };
    let timer = setTimeout(cut, timeoutMs + graceMs, { timedOut: true, isCanceled: false });
    const onAbort = (): void => {
      clearTimeout(timer);
      timer = setTimeout(cut, graceMs, { timedOut: false, isCanceled: true });
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  return { gaveUp, stop };
}

interface Ending {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly cause?: unknown;
  readonly failed: boolean;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly isMaxBuffer: boolean;
  readonly isTerminated: boolean;
  readonly exitCode?: number | undefined;
  readonly code?: string | undefined;
}

function failureOf(result: Ending): CommandResult['failure'] {
  if (!result.failed) return null;
  if (result.timedOut) return 'timeout';
  if (result.isCanceled) return 'aborted';
  if (result.isMaxBuffer) return 'too-much-output';
  if (result.code === 'ENOENT') return 'not-found';
  if (result.isTerminated) return 'signal';
  return result.exitCode === undefined ? 'other' : null;
}

export type Start<Started> =
  | { readonly kind: 'started'; readonly started: Started }
  | { readonly kind: 'failed'; readonly reason: Promise<unknown> };

/**
 * Starts a program through a library, and tells why no process exists where the library cannot.
 *
 * Without free descriptors, Node returns a child without streams and gives its reason later (20.20). execa fails on
 * such a child before it listens (9.6). Only Node's diagnostics channel shows that child.
 */
function startWithLibrary<Started>(start: () => Started): Start<Started> {
  const children: ChildProcess[] = [];
  const note = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('process' in message)) return;
    if (message.process instanceof ChildProcess) children.push(message.process);
  };
  subscribe('child_process', note);
  try {
    return { kind: 'started', started: start() };
  } catch (error) {
    const unborn = children.find(({ pid }) => pid === undefined);
    if (unborn === undefined) throw error;
    return { kind: 'failed', reason: once(unborn, 'error').then(([reason]: unknown[]) => reason) };
  } finally {
    unsubscribe('child_process', note);
  }
}

/**
 * Starts a child process; null when that fails, and then `onFailure` gets the reason.
 *
 * Without free descriptors or memory, Node returns a child without streams, or throws (20.20).
 */
export function startChild<Child extends ChildProcess>(
  start: () => Child,
  onFailure: (error: unknown) => void,
): Child | null {
  try {
    const child = start();
    if (child.pid !== undefined) return child;
    child.on('error', onFailure);
  } catch (error) {
    onFailure(error);
  }
  return null;
}

/** Environment for the host's own tools (`getent`, `flock`): English messages, UTF-8, and only PATH from the caller. */
export const toolEnvironment: Readonly<Record<string, string>> = {
  // The usual places come first, because every other directory of a long PATH costs a failed exec for each tool.
  PATH: `/usr/bin:/usr/sbin:/bin:/sbin:${process.env['PATH'] ?? ''}`,
  LC_ALL: 'C.UTF-8',
};

/**
 * Turns off V8's optimisation, because this process ends before that pays off.
 *
 * It is set from within: Node refuses to start with an unknown V8 option, and this call ignores one.
 */
export function expectShortRun(): void {
  setFlagsFromString('--no-opt');
}
