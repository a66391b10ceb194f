import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import type { Options } from 'execa';
import { systemErrorText } from './errors.ts';
import { quietly } from './read-file.ts';

/** How a finished command ended. A command that was killed or never started has no exit code: `failure` says why. */
export interface CommandResult {
  readonly command: readonly string[];
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Of a command that was never started: the system's words for why. */
  readonly stderr: string;
  readonly failure: 'timeout' | 'not-found' | 'too-much-output' | 'signal' | 'aborted' | 'refused' | 'other' | null;
}

export interface CommandOptions {
  readonly timeoutMs: number;
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Runs it in a session of its own, without a terminal; all that is left of its process group is killed when it is cut short. */
  readonly detached?: boolean;
}

/** Twenty times what a tmux server of 200 sessions lists; of each of many users at once. */
const maxOutputBytes = 4 * 1024 * 1024;

/** Runs one program, never through a shell, and never throws for how it ended. */
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

/** What a killed program has started, and not taken into a session of its own. */
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

/** What a killed program may still take to die. */
const graceMs = 700;

const doNothing = (): void => {};

interface Cuttable {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly unref: () => void;
}

interface Cutting {
  /** Comes to pass for a program that does not even die, as one that waits for a file system that hangs. */
  readonly gaveUp: Promise<Ending>;
  readonly stop: () => void;
}

/**
 * Lets go of a program some time after it was told to end: of its output, and then of itself.
 *
 * A tmux client passes its standard streams to the server. A stopped server keeps them open when the client is dead, and
 * waiting for their end would be waiting for ever (tmux 3.3a).
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
 * Starts a program by way of a library, and tells why there is no process where the library cannot.
 *
 * Where descriptors are lacking, Node gives a child without streams, and its reason later (20.20); execa falls over such a
 * child before it listens (9.6). Only where Node publishes its children is that one seen.
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
 * Starts a child process; null where it could not be started, and then `onFailure` gets to know why.
 *
 * Where descriptors or memory are lacking, Node gives a child without streams, or throws (20.20).
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

/** Environment for the host's own tools (`getent`, `flock`): messages in English, UTF-8, nothing of the caller's but the path. */
export const toolEnvironment: Readonly<Record<string, string>> = {
  // Their usual places first: every other directory of a long PATH costs a failed exec for each of them.
  PATH: `/usr/bin:/usr/sbin:/bin:/sbin:${process.env['PATH'] ?? ''}`,
  LC_ALL: 'C.UTF-8',
};

/**
 * Has V8 not optimise what this process runs: it ends before that pays for itself.
 *
 * Said from within, because Node refuses to start with a V8 option that it does not know, and here one is passed over.
 */
export function expectShortRun(): void {
  setFlagsFromString('--no-opt');
}
