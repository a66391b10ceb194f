import { spawn } from 'node:child_process';
import { closeQuietly } from './close-quietly.ts';
import { openLockFile, releaseOnce, type LockOptions } from './file-lock.ts';
import { startOrFail } from './start-or-fail.ts';
import { toolEnvironment } from './tool-environment.ts';

/** Locks each descriptor that it is given the number of, and stops at the first that is not free. */
const script = 'for descriptor do flock -n "$descriptor" || exit; done';

const timeoutMs = 10_000;

/**
 * Takes the kernel's lock on all given files without waiting, by one child process for all of them; what releases each, in
 * their order. null, and none is held, where one of them is not free or cannot be locked. `lockFile` then tells which, and why.
 */
export async function lockAtOnce(
  paths: readonly string[],
  { signal }: Pick<LockOptions, 'signal'>,
): Promise<readonly (() => void)[] | null> {
  const descriptors: number[] = [];
  const releaseAll = (): null => {
    for (const descriptor of descriptors) closeQuietly(descriptor);
    return null;
  };
  for (const path of paths) {
    const opened = openLockFile(path);
    if (typeof opened === 'number') descriptors.push(opened);
    else return releaseAll();
  }
  if (!(await runScript(descriptors)) || signal?.aborted === true) return releaseAll();
  return descriptors.map(releaseOnce);
}

function runScript(descriptors: readonly number[]): Promise<boolean> {
  const numbers = descriptors.map((_, at) => String(at + firstDescriptor));
  return new Promise((resolve) => {
    const child = startOrFail(
      () =>
        spawn('/bin/sh', ['-c', script, 'sh', ...numbers], {
          cwd: '/',
          env: { ...toolEnvironment },
          stdio: ['ignore', 'ignore', 'ignore', ...descriptors],
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
        }),
      () => resolve(false),
    );
    if (child === null) return;
    child.on('error', () => resolve(false));
    child.on('close', (exitCode) => resolve(exitCode === 0));
  });
}

/** Behind standard input, output and errors. */
const firstDescriptor = 3;
