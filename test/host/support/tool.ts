import { run, toolEnvironment } from '../../../src/system/programs/exec.ts';

/** Runs a program of the host and returns what it printed; throws with its words when it fails. */
export async function tool(argv: readonly [string, ...string[]], timeoutMs = 30_000, env = {}): Promise<string> {
  const { exitCode, stdout, stderr, failure } = await run(argv, { timeoutMs, env: { ...toolEnvironment, ...env } });
  if (exitCode === 0 && failure === null) return stdout;
  throw new Error(`${argv.join(' ')}: ${failure ?? `exit code ${exitCode}`}: ${stderr.trim() || stdout.trim()}`);
}
