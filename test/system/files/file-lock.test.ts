import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockFile, type LockOutcome } from '../../../src/system/files/file-lock.ts';
import { canMount, makeReadOnly, mountSmallFileSystem } from '../small-file-system.ts';
import { bundleProgram, firstOutput, killAndWait, startProgram } from '../programs/start-program.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { withoutRoot } from '../without-root.ts';

describe('a lock on a file', () => {
  test('is held by one at a time, and by the next one after its release', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    const first = await held(path);
    expect(await lockFile(path, { waitSeconds: 0 })).toEqual({ kind: 'busy' });
    first.release();
    const second = await held(path);
    first.release();
    expect(await lockFile(path, { waitSeconds: 0 })).toEqual({ kind: 'busy' });
    second.release();
  });

  test('makes a file that only its owner can open', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    (await held(path)).release();
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });

  test('is waited for, and given up after the time that was allowed', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    const first = await held(path);
    expect(await lockFile(path, { waitSeconds: 0.2 })).toEqual({ kind: 'busy' });
    const waiting = lockFile(path, { waitSeconds: 20 });
    first.release();
    expect((await waiting).kind).toBe('held');
  });

  test('is released by the kernel when its holder is killed', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    const holder = startProgram(bundleProgram(join(import.meta.dirname, 'hold-lock.ts')), [path]);
    await firstOutput(holder);
    expect(await lockFile(path, { waitSeconds: 0 })).toEqual({ kind: 'busy' });
    await killAndWait(holder);
    (await held(path)).release();
  });

  test('is not carried on by a child process that outlives its release', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    const first = await held(path);
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await once(child, 'spawn');
    first.release();
    expect((await lockFile(path, { waitSeconds: 0 })).kind).toBe('held');
    expect(child.exitCode).toBeNull();
  });

  test('is no longer waited for after an abort, and is free then', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    const first = await held(path);
    const abort = new AbortController();
    const waiting = lockFile(path, { waitSeconds: 20, signal: abort.signal });
    abort.abort();
    expect(await waiting).toEqual({ kind: 'failed', reason: `waiting for ${path} was cancelled` });
    first.release();
    (await held(path)).release();
  });

  test('is not taken under a signal that was aborted before', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    expect(await lockFile(path, { waitSeconds: 1, signal: AbortSignal.abort() })).toMatchObject({ kind: 'failed' });
    (await held(path)).release();
  });

  test('fails with a clear reason where there is no flock command', async () => {
    const path = join(temporaryDirectory(), 'emo.lock');
    expect(await lockFile(path, { waitSeconds: 0, env: { PATH: temporaryDirectory() } })).toEqual({
      kind: 'failed',
      reason: `cannot lock ${path}: the flock command is missing; install util-linux`,
    });
  });

  test('fails with the words of the system where the file cannot be opened', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'taken'));
    symlinkSync('elsewhere', join(directory, 'link'));
    const reasons = await Promise.all(
      ['missing/emo.lock', 'taken', 'link'].map(async (name) => lockFile(join(directory, name), { waitSeconds: 0 })),
    );
    expect(reasons).toEqual([
      { kind: 'failed', reason: `cannot open ${directory}/missing/emo.lock: no such file or directory` },
      { kind: 'failed', reason: `cannot open ${directory}/taken: illegal operation on a directory` },
      { kind: 'failed', reason: `cannot open ${directory}/link: too many symbolic links encountered` },
    ]);
  });

  test('works on a file that may only be read', async () => {
    const directory = temporaryDirectory();
    withoutRoot(directory);
    const path = join(directory, 'emo.lock');
    (await held(path)).release();
    chmodSync(path, 0o400);
    expect((await lockFile(path, { waitSeconds: 0 })).kind).toBe('held');
  });
});

describe.runIf(canMount)('on a read-only file system', () => {
  test('a lock file that is there can still be locked, and one that is not is refused', async () => {
    const directory = mountSmallFileSystem(64 * 1024);
    const path = join(directory, 'emo.lock');
    (await held(path)).release();
    makeReadOnly(directory);
    const first = await held(path);
    expect(await lockFile(path, { waitSeconds: 0 })).toEqual({ kind: 'busy' });
    first.release();
    expect(await lockFile(join(directory, 'new.lock'), { waitSeconds: 0 })).toEqual({
      kind: 'failed',
      reason: `cannot open ${directory}/new.lock: read-only file system`,
    });
  });
});

async function held(path: string): Promise<Extract<LockOutcome, { kind: 'held' }>> {
  const outcome = await lockFile(path, { waitSeconds: 5 });
  if (outcome.kind !== 'held') throw new Error(`the lock was not held: ${JSON.stringify(outcome)}`);
  return outcome;
}
