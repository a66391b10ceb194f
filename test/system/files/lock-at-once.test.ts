import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockAtOnce, lockFile, lockFree } from '../../../src/system/files/file-lock.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

describe('locks on several files at once', () => {
  test('are all held until they are released, each by itself', async () => {
    const paths = locksIn(temporaryDirectory(), 12);
    const held = await lockAtOnce(paths, {});
    expect(await Promise.all(paths.map(isFree))).toEqual(paths.map(() => false));
    held?.[3]?.();
    expect(await Promise.all(paths.map(isFree))).toEqual(paths.map((_, at) => at === 3));
    for (const release of [...(held ?? []), ...(held ?? [])]) release();
    expect(await Promise.all(paths.map(isFree))).toEqual(paths.map(() => true));
  });

  test('are none where one is held by somebody else', async () => {
    const paths = locksIn(temporaryDirectory(), 3);
    const other = await lockFile(paths[1] ?? '', { waitSeconds: 0 });
    expect(await lockAtOnce(paths, {})).toBeNull();
    expect(await Promise.all(paths.map(isFree))).toEqual([true, false, true]);
    if (other.kind === 'held') other.release();
    expect(await lockAtOnce(paths, {})).not.toBeNull();
  });

  test('are none where a file cannot be opened', async () => {
    const directory = temporaryDirectory();
    const paths = locksIn(directory, 2);
    mkdirSync(join(directory, 'taken'));
    expect(await lockAtOnce([...paths, join(directory, 'taken')], {})).toBeNull();
    expect(await Promise.all(paths.map(isFree))).toEqual([true, true]);
    expect(existsSync(paths[0] ?? '')).toBe(true);
  });

  test('are none under a signal that was aborted', async () => {
    const paths = locksIn(temporaryDirectory(), 2);
    expect(await lockAtOnce(paths, { signal: AbortSignal.abort() })).toBeNull();
    expect(await Promise.all(paths.map(isFree))).toEqual([true, true]);
  });
});

describe('locks on those of several files that are free', () => {
  test('are as many as were asked for, and leave out what somebody else holds', async () => {
    const paths = locksIn(temporaryDirectory(), 4);
    const other = await lockFile(paths[0] ?? '', { waitSeconds: 0 });
    const some = await lockFree(paths, 2);
    expect([...(some ?? [])].map(([path]) => path)).toEqual(paths.slice(1, 3));
    expect(await Promise.all(paths.map(isFree))).toEqual([false, false, false, true]);
    const rest = await lockFree(paths, 4);
    expect([...(rest ?? [])].map(([path]) => path)).toEqual(paths.slice(3));
    expect(await lockFree(paths, 4)).toEqual(new Map());
    if (other.kind === 'held') other.release();
    for (const [, release] of [...(some ?? []), ...(rest ?? [])]) release();
    expect(await Promise.all(paths.map(isFree))).toEqual([true, true, true, true]);
  });

  test('are unknown where a file cannot be opened', async () => {
    const directory = temporaryDirectory();
    const paths = locksIn(directory, 2);
    expect(await lockFree([...paths, join(directory, 'missing/file')], 3)).toBeNull();
    expect(await Promise.all(paths.map(isFree))).toEqual([true, true]);
  });
});

function locksIn(directory: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => join(directory, `user-${at}.lock`));
}

async function isFree(path: string): Promise<boolean> {
  const lock = await lockFile(path, { waitSeconds: 0 });
  if (lock.kind === 'held') lock.release();
  return lock.kind === 'held';
}
