import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import { lockPath } from '../../src/state/state-paths.ts';
import type { Sandbox } from './persist-sandbox.ts';
import { waitUntil } from './private-tmux.ts';

/** Holds the user's lock with util-linux's flock, as another run of the program would; returns what lets go of it. */
export function holdLock({ stateDirectory, user }: Sandbox): () => void {
  const path = lockPath(stateDirectory, user);
  mkdirSync(dirname(path), { recursive: true });
  // Without --no-fork the lock would live on in the sleep when flock is killed.
  const holder = spawn('flock', ['--no-fork', path, 'sleep', '60'], { stdio: 'ignore' });
  const release = (): void => void holder.kill('SIGKILL');
  onTestFinished(release);
  waitUntil(() => isLocked(path), 'a held lock');
  return release;
}

/** Waits until a run of the program holds the user's lock: it then asks the user's tmux. */
export function waitForHeldLock({ stateDirectory, user }: Sandbox): void {
  waitUntil(() => isLocked(lockPath(stateDirectory, user)), 'a held lock');
}

/** Waits until no run of the program works for the user. */
export function waitForFreeLock({ stateDirectory, user }: Sandbox): void {
  waitUntil(() => !isLocked(lockPath(stateDirectory, user)), 'a free lock');
}

function isLocked(path: string): boolean {
  return spawnSync('flock', ['--nonblock', path, 'true'], { timeout: 5_000 }).status === 1;
}
