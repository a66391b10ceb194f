import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBounded } from '../../../src/system/files/read-file.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

describe('a bounded read', () => {
  test.each([0, 1, 4_095, 4_096, 4_097, 99_999])('gives the whole of a text of %i bytes', (length) => {
    const path = fileOf('é'.repeat(length).slice(0, length));
    expect(readBounded(path, 400_000)).toBe('é'.repeat(length));
  });

  test('gives nothing of what is longer than the bound, or just as long: it may have been cut off', () => {
    const path = fileOf('12345678');
    expect([readBounded(path, 9), readBounded(path, 8), readBounded(path, 7)]).toEqual(['12345678', null, null]);
  });

  test('puts together what comes in parts, as a long argument vector does', () => {
    const own = readBounded('/proc/self/environ', 2 ** 21) ?? '';
    expect(own.split('\0')).toContain(`PATH=${process.env['PATH']}`);
  });

  test.each(['/dev/zero', 'a sparse file'])('takes no more than the bound of %s', (name) => {
    const path = name.startsWith('/') ? name : fileOf('');
    if (path !== name) truncateSync(path, 2 ** 42);
    const before = process.memoryUsage().rss;
    expect(readBounded(path, 2 ** 20)).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * 2 ** 20);
  });

  test('gives nothing of what is not there, and of a directory', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'one'));
    expect([readBounded(join(directory, 'none'), 9), readBounded(join(directory, 'one'), 9)]).toEqual([null, null]);
  });
});

function fileOf(text: string): string {
  const path = join(temporaryDirectory(), 'text');
  writeFileSync(path, text);
  return path;
}
