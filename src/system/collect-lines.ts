import { spawn } from 'node:child_process';
import { startOrFail } from './start-or-fail.ts';
import { systemErrorText } from './system-error.ts';

export interface LineOptions {
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long the next line may take; the program is killed when it takes longer. */
  readonly lineTimeoutMs: number;
  /** Of one line; the program is killed while it prints a longer one. */
  readonly maxLineBytes: number;
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
    let begun: Buffer[] = [];
    let begunBytes = 0;
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
    // Not by node:readline, which ends a line at U+2028 as well: JSON leaves that as it is, and users put it into names.
    child.stdout.on('data', (chunk: Buffer) => {
      let start = 0;
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
        lines.push(Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8'));
        timer.refresh();
        begun = [];
        begunBytes = 0;
        start = end + 1;
      }
      begun.push(chunk.subarray(start));
      begunBytes += chunk.length - start;
      if (begunBytes > options.maxLineBytes) stop({ kind: 'too-much-output' });
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
