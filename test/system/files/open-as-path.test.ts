import { chmodSync, chownSync, closeSync, fstatSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDirectoryAsRoot } from '../../../src/system/files/open-as-path.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const stranger = 65_534;

describe.runIf(getuid?.() === 0)('root opens a directory of a user', () => {
  test('by a plain path', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'a/b'), { recursive: true });
    expect(await inodeOf(join(directory, 'a/b'))).toBe(statSync(join(directory, 'a/b')).ino);
  });

  test('by links that root made where nobody else can put another, absolute and relative', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'a/b'), { recursive: true });
    symlinkSync(join(directory, 'a'), join(directory, 'absolute'));
    symlinkSync('../a/b', join(directory, 'a/relative'));
    expect(await inodeOf(join(directory, 'absolute/b'))).toBe(statSync(join(directory, 'a/b')).ino);
    expect(await inodeOf(join(directory, 'absolute/relative'))).toBe(statSync(join(directory, 'a/b')).ino);
  });

  test.each([
    ['that another user made', (directory: string) => chownSync(directory, stranger, stranger)],
    ['that another user could have put there', (directory: string) => chmodSync(directory, 0o777)],
  ])('by no link %s', async (_, give) => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'theirs/real'), { recursive: true });
    symlinkSync('real', join(directory, 'theirs/link'));
    give(join(directory, 'theirs'));
    await expect(inodeOf(join(directory, 'theirs/link'))).rejects.toThrow('root does not follow the link');
  });

  test('by no ring of links', async () => {
    const directory = temporaryDirectory();
    symlinkSync('b', join(directory, 'a'));
    symlinkSync('a', join(directory, 'b'));
    await expect(inodeOf(join(directory, 'a/c'))).rejects.toThrow('root does not follow the link');
  });

  test('only when it is there', async () => {
    await expect(inodeOf(join(temporaryDirectory(), 'missing'))).rejects.toThrow('ENOENT');
  });
});

async function inodeOf(path: string): Promise<number> {
  const opened: number[] = [];
  onTestFinished(() => opened.forEach((descriptor) => closeSync(descriptor)));
  return fstatSync(await openDirectoryAsRoot(path, opened)).ino;
}
