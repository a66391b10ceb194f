import { spawn } from 'node:child_process';
import { closeQuietly } from './close-quietly.ts';
import { openLockFile, releaseOnce, type LockOptions } from './file-lock.ts';
import { startOrFail } from './start-or-fail.ts';
import { toolEnvironment } from './tool-environment.ts';

/** Locks each descriptor that it is given the number of, and stops at the first that is not free. */
const lockingAll = 'for descriptor do flock -n "$descriptor" || exit; done';

/** Locks up to so many of the descriptors, and tells which. */
const lockingSome = `
left=$1; shift
for descriptor do
  [ "$left" -gt 0 ] || exit 0
  flock -n -E 75 "$descriptor"
  case $? in
    0) echo "$descriptor"; left=$((left - 1)) ;;
    75) ;;
    *) exit 1 ;;
  esac
done`;

const timeoutMs = 10_000;

/**
 * Takes the kernel's lock on all given files without waiting, by one child process for all of them; what releases each, in
 * their order. null, and none is held, where one of them is not free or cannot be locked. `lockFile` then tells which, and why.
 */
export async function lockAtOnce(
  paths: readonly string[],
  { signal }: Pick<LockOptions, 'signal'>,
): Promise<readonly (() => void)[] | null> {
  const descriptors = openAll(paths);
  if (descriptors === null) return null;
  const told = await runScript(lockingAll, descriptors);
  if (told !== null && signal?.aborted !== true) return descriptors.map(releaseOnce);
  for (const descriptor of descriptors) closeQuietly(descriptor);
  return null;
}

/**
 * Takes the kernel's lock on those of the given files that are free, up to `atMost`, without waiting, by one child process;
 * what releases each. null, and none is held, where they cannot be locked.
 */
export async function lockFree(
  paths: readonly string[],
  atMost: number,
): Promise<ReadonlyMap<string, () => void> | null> {
  const descriptors = openAll(paths);
  if (descriptors === null) return null;
  const told = await runScript(lockingSome, descriptors, String(atMost));
  const locked = new Set(told?.split('\n').map((number) => Number(number) - firstDescriptor));
  const releases = new Map<string, () => void>();
  for (const [at, path] of paths.entries()) {
    const descriptor = descriptors[at];
    if (descriptor === undefined) continue;
    if (told !== null && locked.has(at)) releases.set(path, releaseOnce(descriptor));
    else closeQuietly(descriptor);
  }
  return told === null ? null : releases;
}

function openAll(paths: readonly string[]): readonly number[] | null {
  const opened = paths.map(openLockFile);
  const descriptors = opened.filter((one) => typeof one === 'number');
  if (descriptors.length === paths.length) return descriptors;
  for (const descriptor of descriptors) closeQuietly(descriptor);
  return null;
}

/** What it told; null where it failed. */
function runScript(script: string, descriptors: readonly number[], ...args: readonly string[]): Promise<string | null> {
  const numbers = descriptors.map((_, at) => String(at + firstDescriptor));
  return new Promise((resolve) => {
    const child = startOrFail(
      () =>
        spawn('/bin/sh', ['-c', script, 'sh', ...args, ...numbers], {
          cwd: '/',
          env: { ...toolEnvironment },
          stdio: ['ignore', 'pipe', 'ignore', ...descriptors],
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
        }),
      () => resolve(null),
    );
    if (child === null) return;
    let told = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
    child.on('error', () => resolve(null));
    child.on('close', (exitCode) => resolve(exitCode === 0 ? told : null));
  });
}

/** Behind standard input, output and errors. */
const firstDescriptor = 3;
