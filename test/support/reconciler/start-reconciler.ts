import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { bundleWithReader } from './bundle-with-reader.ts';
import type { ReconcilerAnswer, ReconcilerRequest, ReconcilerSetup } from './reconciler-protocol.ts';

export interface Reconciler {
  readonly ask: (request: ReconcilerRequest) => Promise<ReconcilerAnswer>;
}

/** Starts the program's runs as one long-lived process, in the words of `prefix` before it; it ends with the running test. */
export function startReconciler(setup: ReconcilerSetup, prefix: readonly string[] = []): Reconciler {
  const directory = mkdtempSync(join(tmpdir(), 'reconciler-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const program = bundleWithReader('reconciler', directory);
  const words = [...prefix, process.execPath, program, JSON.stringify(setup)];
  const [file = '', ...args] = words;
  const child = spawn(file, args, { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the reconciler has ended');
      const answer: ReconcilerAnswer = JSON.parse(value);
      return answer;
    },
  };
}
