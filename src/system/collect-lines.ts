import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { startOrFail } from './start-or-fail.ts';
import { systemErrorText } from './system-error.ts';

export interface LineOptions {
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long the next line may take; the program is killed when it takes longer. */
  readonly lineTimeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface CollectedLines {
  readonly lines: readonly string[];
  /** Why it ended early; null when the program ended by itself, and well. `words` tell how it ended, as a clause. */
  readonly failure:
    { readonly kind: 'timeout' | 'too-much-output' } | { readonly kind: 'failed'; readonly words: string } | null;
}

/** Runs a program that answers in lines, and keeps the lines that came even when a later one did not. */
export function collectLines(argv: readonly [string, ...string[]], options: LineOptions): Promise<CollectedLines> {
  const [file, ...args] = argv;
  const { env, signal } = options;
  return new Promise((resolve) => {
    const child = startOrFail(
      () => spawn(file, args, { cwd: '/', env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'], signal }),
      (error) => {
        const words = `could not be started: ${systemErrorText(error)}`;
        resolve({ lines: [], failure: { kind: 'failed', words } });
      },
    );
    if (child === null) return;
    const lines: string[] = [];
    let bytes = 0;
    let failure: CollectedLines['failure'] = null;
    const stop = (reason: NonNullable<CollectedLines['failure']>): void => {
      failure ??= reason;
      clearTimeout(timer);
      child.kill('SIGKILL');
      // Not the child's end: one that hangs in the kernel does not end.
      child.stdout.destroy();
      child.unref();
      resolve({ lines, failure });
    };
    const timer = setTimeout(() => stop({ kind: 'timeout' }), options.lineTimeoutMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      timer.refresh();
      bytes += line.length;
      if (bytes > options.maxBytes) stop({ kind: 'too-much-output' });
      else if (failure === null) lines.push(line);
    });
    child.on('error', (error) => stop({ kind: 'failed', words: `failed: ${systemErrorText(error)}` }));
    child.on('close', (exitCode, endedBy) => {
      clearTimeout(timer);
      const words = `ended with ${endedBy ?? `exit code ${exitCode}`}`;
      resolve({ lines, failure: failure ?? (exitCode === 0 ? null : { kind: 'failed', words }) });
    });
    // A child that dies early closes its end; its exit code says what happened.
    child.stdin.on('error', () => {}).end(options.input);
  });
}
