import { spawn } from 'node:child_process';
import { systemErrorText } from '../errors.ts';
import { startChild } from './exec.ts';
import { splitLines } from './line-program.ts';
import { quietly } from '../files/read-file.ts';
import { settleable } from '../settleable.ts';

export interface FollowOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** The limit of stdout; a program that prints more is ended. */
  readonly maxBytes: number;
  /** Called for each complete line of stdout, as it comes. */
  readonly onLine: (line: string) => void;
}

export interface FollowedProgram {
  /** How it ended, or why nobody waits for it any longer. It never rejects. */
  readonly ending: Promise<FollowEnding>;
  /** Resolves when the process is gone. One of another user can outlive its `ending`, because it cannot be killed. */
  readonly gone: Promise<void>;
}

export type FollowEnding =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stderr: string }
  | { readonly kind: 'timeout' | 'too-much-output' }
  | { readonly kind: 'failed'; readonly words: string };

const maxErrorBytes = 16 * 1024;

/** Starts a program without a terminal, which reads nothing, and follows what it prints. */
export function followProgram(argv: readonly [string, ...string[]], options: FollowOptions): FollowedProgram {
  const [file, ...args] = argv;
  const ending = settleable<FollowEnding>();
  const gone = settleable<void>();
  const child = startChild(
    () =>
      spawn(file, args, {
        cwd: '/',
        env: { ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      }),
    (error) => {
      ending.resolve({ kind: 'failed', words: `could not be started: ${systemErrorText(error)}` });
      gone.resolve();
    },
  );
  if (child === null) return { ending: ending.promise, gone: gone.promise };

  const giveUp = (reason: FollowEnding): void => {
    clearTimeout(timer);
    ending.resolve(reason);
    // Not child.kill: without the right to kill it, that is an error event. sudo's process is root's.
    const group = child.pid;
    if (group !== undefined) quietly(() => process.kill(-group, 'SIGKILL'));
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
  };
  const timer = setTimeout(giveUp, options.timeoutMs, { kind: 'timeout' });
  const lines = splitLines();
  let outBytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    outBytes += chunk.length;
    if (outBytes > options.maxBytes) return giveUp({ kind: 'too-much-output' });
    for (const line of lines.add(chunk)) options.onLine(line);
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < maxErrorBytes) stderr += chunk.toString('utf8').slice(0, maxErrorBytes - stderr.length);
  });
  child.on('error', (error) => giveUp({ kind: 'failed', words: `failed: ${systemErrorText(error)}` }));
  child.on('exit', () => gone.resolve());
  child.on('close', (exitCode, endedBy) => {
    clearTimeout(timer);
    ending.resolve(
      exitCode === null ? { kind: 'failed', words: `was ended by ${endedBy}` } : { kind: 'ended', exitCode, stderr },
    );
  });
  return { ending: ending.promise, gone: gone.promise };
}
