import { expect } from 'vitest';
import type { Environment, PersistResult } from '../support/persist-sandbox.ts';
import type { SharedHost } from './shared-host.ts';

/** A server has 5 s to answer, and what is killed then may take 0.7 s to let go. */
const limitMs = 6_000;

/** Runs a command that hostile users hold up as long as they can, which is one time limit for all of them together. */
export function withinOneTimeLimit({ persistIn }: SharedHost, command: string, env: Environment = {}): PersistResult {
  // What the program takes by itself, on this machine at this moment.
  const ownMs = timed(() => persistIn({}, 'roster', 'check')).tookMs;
  const { result, tookMs } = timed(() => persistIn(env, command));
  expect(tookMs).toBeLessThan(limitMs + 2_000 + 5 * ownMs);
  return result;
}

function timed<Result>(run: () => Result): { readonly result: Result; readonly tookMs: number } {
  const before = performance.now();
  const result = run();
  return { result, tookMs: performance.now() - before };
}
