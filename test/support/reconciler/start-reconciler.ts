import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';
import type { ReconcilerAnswer, ReconcilerRequest, ReconcilerSetup } from './reconciler-protocol.ts';

export interface Reconciler {
  readonly ask: (request: ReconcilerRequest) => Promise<ReconcilerAnswer>;
}

/** Starts the program's runs as one long-lived process, in the words of `prefix` before it; it ends with the running test. */
export function startReconciler(setup: ReconcilerSetup, prefix: readonly string[] = []): Reconciler {
  const directory = mkdtempSync(join(tmpdir(), 'reconciler-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  bundleInto(directory);
  const words = [...prefix, process.execPath, join(directory, 'reconciler.mjs'), JSON.stringify(setup)];
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

/** With the program that it has read agents' files, which it expects beside it. */
function bundleInto(directory: string): void {
  const source = join(import.meta.dirname, '../../../src/agents/read-agents.ts');
  const common = { bundle: true, platform: 'node', target: 'node20' } as const;
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  const reconciler = join(import.meta.dirname, 'reconciler.ts');
  const main = { entryPoints: [reconciler], outfile: join(directory, 'reconciler.mjs') };
  buildSync({ ...common, ...main, format: 'esm', banner });
  buildSync({ ...common, entryPoints: [source], outfile: join(directory, 'read-agents.cjs'), format: 'cjs' });
}
