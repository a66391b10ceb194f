import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockFile } from '../../src/system/file-lock.ts';
import { lockAtOnce } from '../../src/system/lock-at-once.ts';
import { temporaryDirectory } from './temporary-directory.ts';

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

function locksIn(directory: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => join(directory, `user-${at}.lock`));
}

async function isFree(path: string): Promise<boolean> {
  const lock = await lockFile(path, { waitSeconds: 0 });
  if (lock.kind === 'held') lock.release();
  return lock.kind === 'held';
}
