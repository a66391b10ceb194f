import { spawn } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { errnoName, systemErrorText } from '../errors.ts';
import { startChild, toolEnvironment } from '../programs/exec.ts';
import { closeQuietly } from './read-file.ts';

export type LockOutcome =
  | { readonly kind: 'held'; readonly release: () => void }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly reason: string };

interface LockOptions {
  /** 0 tries once and does not wait. */
  readonly waitSeconds: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Takes the kernel's exclusive lock (flock) on a file, and creates a missing file. The kernel releases the lock when
 * the holder releases it or dies in any way.
 */
export async function lockFile(path: string, options: LockOptions): Promise<LockOutcome> {
  const opened = openLockFile(path);
  if (typeof opened === 'string') return { kind: 'failed', reason: `cannot open ${path}: ${opened}` };
  const outcome = await runFlock(opened, options);
  if (outcome === 'held' && options.signal?.aborted !== true) {
    return { kind: 'held', release: releaseOnce(opened) };
  }
  closeQuietly(opened);
  if (options.signal?.aborted === true) return { kind: 'failed', reason: `waiting for ${path} was cancelled` };
  if (outcome === 'busy' || outcome === 'held') return { kind: 'busy' };
  return { kind: 'failed', reason: `cannot lock ${path}: ${outcome.reason}` };
}

/** The descriptor, or the system's error text. Node opens with O_CLOEXEC, so no child inherits the lock. */
export function openLockFile(path: string): number | string {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    const code = errnoName(error);
    if (code !== 'EROFS' && code !== 'EACCES') return systemErrorText(error);
    return openForReading(path, systemErrorText(error));
  }
}

/**
 * Opens for reading. flock(2) needs no particular open mode, so a file on a read-only file system can still be locked.
 */
function openForReading(path: string, reasonAgainstWriting: string): number | string {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return reasonAgainstWriting;
  }
}

const busyExitCode = 75;

/**
 * Node has no flock call. util-linux's `flock` locks the open file description of its descriptor 3. This process shares
 * that description, so the lock survives the child.
 */
function runFlock(descriptor: number, options: LockOptions): Promise<'held' | 'busy' | { readonly reason: string }> {
  const wait = options.waitSeconds > 0 ? ['-w', String(options.waitSeconds)] : ['-n'];
  return new Promise((resolve) => {
    const child = startChild(
      () =>
        spawn('flock', [...wait, '-E', String(busyExitCode), '3'], {
          cwd: '/',
          env: { ...(options.env ?? toolEnvironment) },
          stdio: ['ignore', 'ignore', 'pipe', descriptor],
          timeout: Math.ceil(options.waitSeconds * 1000) + 5000,
          killSignal: 'SIGKILL',
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        }),
      (error) => resolve({ reason: startFailure(error) }),
    );
    if (child === null) return;
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (words = (words + chunk).slice(0, 2000)));
    // An abort is reported as an error, and the child's end follows. The code waits for that end.
    child.on('error', () => {});
    child.on('close', (exitCode, signal) => {
      if (exitCode === 0) return resolve('held');
      if (exitCode === busyExitCode) return resolve('busy');
      resolve({ reason: `flock ended with ${signal ?? `exit code ${exitCode}`}: ${words.trim() || 'no message'}` });
    });
  });
}

function startFailure(error: unknown): string {
  if (errnoName(error) === 'ENOENT') return 'the flock command is missing; install util-linux';
  return `flock did not start: ${systemErrorText(error)}`;
}

function releaseOnce(descriptor: number): () => void {
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    closeQuietly(descriptor);
  };
}

/**
 * Locks each descriptor that it is given the number of (LOCK_EX and LOCK_NB), and stops at the first that is not free.
 *
 * In perl, which makes the calls itself: a shell would start a `flock` for each of them.
 */
const lockingAll = `for (@ARGV) { open my $lock, '<&=', $_ or exit 1; flock $lock, 6 or exit 1 }`;

/** Locks at most the given number of descriptors, and prints which. */
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
 * Locks all given files without waiting, with one child process. Returns their release functions, in order. Returns
 * null and holds no lock when a file is not free or cannot be locked. `lockFile` then tells which, and why.
 */
export async function lockAtOnce(
  paths: readonly string[],
  { signal }: Pick<LockOptions, 'signal'>,
): Promise<readonly (() => void)[] | null> {
  const descriptors = openAll(paths);
  if (descriptors === null) return null;
  const told = await runScript(['/usr/bin/perl', '-e', lockingAll], descriptors);
  if (told !== null && signal?.aborted !== true) return descriptors.map(releaseOnce);
  for (const descriptor of descriptors) closeQuietly(descriptor);
  return null;
}

/**
 * Locks the free ones among the given files, at most `atMost`, without waiting, with one child process. Returns their
 * release functions; null, without any lock, when locking fails.
 */
export async function lockFree(
  paths: readonly string[],
  atMost: number,
): Promise<ReadonlyMap<string, () => void> | null> {
  const descriptors = openAll(paths);
  if (descriptors === null) return null;
  const told = await runScript(['/bin/sh', '-c', lockingSome, 'sh', String(atMost)], descriptors);
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

/** What a script told that was given the descriptors, their numbers as its last arguments; null where it failed. */
function runScript(
  [file, ...args]: readonly [string, ...string[]],
  descriptors: readonly number[],
): Promise<string | null> {
  const numbers = descriptors.map((_, at) => String(at + firstDescriptor));
  return new Promise((resolve) => {
    const child = startChild(
      () =>
        spawn(file, [...args, ...numbers], {
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

/** The first one after standard input, output and error. */
const firstDescriptor = 3;
