import { spawn } from 'node:child_process';
import { systemErrorText } from '../errors.ts';
import { startChild } from './exec.ts';
import { quietly, readRecord } from '../files/read-file.ts';

export interface LineOptions {
  readonly env: Readonly<Record<string, string>>;
  /** The limit of one line; a program that prints a longer one is killed. */
  readonly maxLineBytes: number;
  readonly signal: AbortSignal;
  /** Whether it runs in a new session, without this process's terminal. */
  readonly detached: boolean;
}

/** A program that reads lines and answers in lines. */
export interface LineProgram {
  readonly tell: (line: string) => void;
  /** Waits for its next line. A line that is too late or too long ends the program. */
  readonly hear: (timeoutMs: number) => Promise<Hearing>;
  /** Whether it is on a processor now, or waits for one: then it works, and waits for nothing else. */
  readonly isAtWork: () => boolean;
  /** Tells it that no line will follow, upon which it is to end by itself. */
  readonly finish: () => void;
  /** Kills the program at once. A pending wait for a line then gets none. */
  readonly end: () => void;
}

export type Hearing = { readonly kind: 'heard'; readonly line: string } | Silence;

/** Why there is no line; `words` tell how the program ended, as a clause. */
type Silence =
  | { readonly kind: 'timeout' | 'too-much-output' }
  | { readonly kind: 'was-ended' }
  | { readonly kind: 'failed'; readonly words: string };

/** Starts the program. One that cannot start counts as failed. */
export function startLineProgram(argv: readonly [string, ...string[]], options: LineOptions): LineProgram {
  const [file, ...args] = argv;
  const { env, signal, detached } = options;
  const heard: string[] = [];
  let silence: Silence | null = null;
  let settle: ((hearing: Hearing) => void) | null = null;
  const silenced = (reason: Silence): void => {
    silence ??= reason;
    settle?.(silence);
  };
  const take = (line: string): void => {
    if (settle === null) heard.push(line);
    else settle({ kind: 'heard', line });
  };
  const child = startChild(
    () => spawn(file, args, { cwd: '/', env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'], signal, detached }),
    (error) => silenced({ kind: 'failed', words: `could not be started: ${systemErrorText(error)}` }),
  );
  const stop = (reason: Silence): void => {
    silenced(reason);
    child?.kill('SIGKILL');
    // Closes the stream without waiting for the child, because one that hangs in the kernel does not end.
    child?.stdin.destroy();
    child?.stdout.destroy();
    child?.unref();
  };
  const lines = splitLines();
  child?.stdout.on('data', (chunk: Buffer) => {
    for (const line of lines.add(chunk)) take(line);
    if (lines.begunBytes() > options.maxLineBytes) stop({ kind: 'too-much-output' });
  });
  // A child that dies early closes its stdin. Its exit code tells what happened.
  child?.stdin.on('error', () => {});
  child?.on('error', (error) => stop({ kind: 'failed', words: `failed: ${systemErrorText(error)}` }));
  child?.on('close', (exitCode, endedBy) =>
    silenced({ kind: 'failed', words: `ended with ${endedBy ?? `exit code ${exitCode}`}` }),
  );
  return {
    tell: (line) => void child?.stdin.write(`${line}\n`),
    hear: async (timeoutMs) => {
      const line = heard.shift();
      if (line !== undefined) return { kind: 'heard', line };
      if (silence !== null) return silence;
      const timer = setTimeout(() => stop({ kind: 'timeout' }), timeoutMs);
      return new Promise((resolve) => {
        settle = (hearing) => {
          settle = null;
          clearTimeout(timer);
          resolve(hearing);
        };
      });
    },
    isAtWork: () => child?.pid !== undefined && silence === null && isOnProcessor(child.pid),
    finish: () => void child?.stdin.end(),
    end: () => stop({ kind: 'was-ended' }),
  };
}

/** proc(5): the state stands behind the name, which is in parentheses and may hold anything. */
function isOnProcessor(pid: number): boolean {
  const stat = quietly(() => readRecord(`/proc/${pid}/stat`)) ?? '';
  return stat.startsWith('R', stat.lastIndexOf(')') + 2);
}

interface LineSplitter {
  /** The complete lines in this chunk. The chunk is kept, so it must not change. */
  readonly add: (chunk: Buffer) => readonly string[];
  /** The length of the incomplete line. */
  readonly begunBytes: () => number;
}

/**
 * Joins chunks of bytes into lines.
 *
 * node:readline would also end a line at U+2028. JSON does not escape that, and users put it into names.
 */
export function splitLines(): LineSplitter {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  return {
    add: (chunk) => {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
        lines.push(Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8'));
        begun = [];
        begunBytes = 0;
        start = end + 1;
      }
      begun.push(chunk.subarray(start));
      begunBytes += chunk.length - start;
      return lines;
    },
    begunBytes: () => begunBytes,
  };
}
