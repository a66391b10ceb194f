import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';

/** Bundles a TypeScript test program, so that the oldest supported Node can run it as a process of its own. */
export function bundleProgram(source: string): string {
  const outfile = join(temporaryDirectory(), 'program.mjs');
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}

/** Starts a bundled program; it is killed with the running test. */
export function startProgram(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** Waits until the program has printed its first line. */
export async function firstOutput(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('the program has no stdout');
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(25_000) });
}

export async function killAndWait(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit', { signal: AbortSignal.timeout(25_000) });
  child.kill('SIGKILL');
  await exit;
}
