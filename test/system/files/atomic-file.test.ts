import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isTemporaryNameFor, writeFileAtomic } from '../../../src/system/files/atomic-file.ts';
import { StateWriteError } from '../../../src/system/errors.ts';
import { canMount, makeReadOnly, mountSmallFileSystem } from '../small-file-system.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const options = { mode: 0o640, owner: null, existing: 'replace' } as const;

describe('writing a whole file or nothing', () => {
  test('the file has the text and the mode whatever the umask, and nothing else is left', () => {
    const directory = temporaryDirectory();
    const umask = process.umask(0o777);
    try {
      writeFileAtomic(join(directory, 'a.json'), 'grüße 🌊\n', options);
    } finally {
      process.umask(umask);
    }
    expect(readFileSync(join(directory, 'a.json'), 'utf8')).toBe('grüße 🌊\n');
    expect(statSync(join(directory, 'a.json')).mode & 0o7777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(['a.json']);
  });

  test('a file that is there is replaced by a new one, so that its readers keep the whole old one', () => {
    const path = join(temporaryDirectory(), 'a');
    writeFileSync(path, 'old');
    const before = statSync(path).ino;
    writeFileAtomic(path, 'new', options);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).ino).not.toBe(before);
  });

  test('a file that need not outlive a power failure is whole all the same, and nothing else is left', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a'), 'old');
    writeFileAtomic(join(directory, 'a'), 'new', { ...options, durable: false });
    expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('new');
    expect(statSync(join(directory, 'a')).mode & 0o7777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(['a']);
  });

  test('a file that must be kept is kept, and the attempt leaves nothing', () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a');
    writeFileSync(path, 'old');
    const error = errorOf(() => writeFileAtomic(path, 'new', { ...options, existing: 'keep' }));
    expect(error).toMatchObject({ name: 'StateWriteError', path, step: 'place', code: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(directory)).toEqual(['a']);
  });

  test('a link in the place of the file is replaced, not followed', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'target'), 'precious');
    symlinkSync('target', join(directory, 'a'));
    writeFileAtomic(join(directory, 'a'), 'new', options);
    expect(readFileSync(join(directory, 'target'), 'utf8')).toBe('precious');
    expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('new');
  });

  test('a directory in the place of the file is an error that leaves nothing', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'a'));
    expect(errorOf(() => writeFileAtomic(join(directory, 'a'), 'new', options))).toMatchObject({ step: 'place' });
    expect(readdirSync(directory)).toEqual(['a']);
  });

  test('a missing directory is named in the words of the system', () => {
    const path = join(temporaryDirectory(), 'missing', 'a');
    const error = errorOf(() => writeFileAtomic(path, 'x', options));
    expect(error).toBeInstanceOf(StateWriteError);
    expect(error).toMatchObject({ message: `cannot write ${path}: no such file or directory`, code: 'ENOENT' });
  });
});

describe('names of temporary files', () => {
  test.each([
    ['.a.json.12.0123456789ab.tmp', true],
    ['.a.json.12.0123456789ab.tmp2', false],
    ['.a.json.12.0123456789AB.tmp', false],
    ['.a.json.x.0123456789ab.tmp', false],
    ['.b.json.12.0123456789ab.tmp', false],
    ['a.json.12.0123456789ab.tmp', false],
    ['.a.json.1.json.12.0123456789ab.tmp', false],
    ['a.json', false],
  ])('%s belongs to a.json: %s', (name, expected) => {
    expect(isTemporaryNameFor('a.json', name)).toBe(expected);
  });
});

describe.runIf(canMount)('on a file system that refuses', () => {
  test('a full one gives a typed error, keeps the old file and holds no temporary one', () => {
    const directory = mountSmallFileSystem(64 * 1024);
    const path = join(directory, 'a');
    writeFileAtomic(path, 'old', options);
    const error = errorOf(() => writeFileAtomic(path, 'x'.repeat(128 * 1024), options));
    expect(error).toBeInstanceOf(StateWriteError);
    expect(error).toMatchObject({ message: `cannot write ${path}: no space left on device`, step: 'write' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(directory)).toEqual(['a']);
  });

  test('a read-only one gives a typed error and keeps the old file', () => {
    const directory = mountSmallFileSystem(64 * 1024);
    const path = join(directory, 'a');
    writeFileAtomic(path, 'old', options);
    makeReadOnly(directory);
    const error = errorOf(() => writeFileAtomic(path, 'new', options));
    expect(error).toMatchObject({ message: `cannot write ${path}: read-only file system`, code: 'EROFS' });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe.runIf(process.geteuid?.() === 0)('as root', () => {
  test('the file gets the owner it was asked for', () => {
    const path = join(temporaryDirectory(), 'a');
    writeFileAtomic(path, 'x', { ...options, owner: { uid: 0, gid: 65_534 } });
    expect(statSync(path)).toMatchObject({ uid: 0, gid: 65_534 });
    expect(statSync(path).mode & 0o7777).toBe(0o640);
  });
});

function errorOf(call: () => void): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('the call succeeded');
}
