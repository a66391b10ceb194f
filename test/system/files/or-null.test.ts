import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostReadError } from '../../../src/system/errors.ts';
import { mustRead, readIfThere } from '../../../src/system/files/read-file.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

// The first page of every process is not there, and the kernel answers EIO (proc(5)).
const failing = '/proc/self/mem';

describe('what may not be there', () => {
  test('is what the read gives', () => {
    expect(readIfThere('/dev/null', () => readFileSync('/dev/null', 'utf8'))).toBe('');
  });

  test.each(['missing', 'missing/too', '.', 'a\0b'])('is null for %j', (name) => {
    const path = join(temporaryDirectory(), name);
    expect(readIfThere(path, () => readFileSync(path, 'utf8'))).toBeNull();
  });

  test('is not null when reading it fails', () => {
    expect(() => readIfThere(failing, () => readFileSync(failing))).toThrow(HostReadError);
    expect(() => readIfThere(failing, () => readFileSync(failing))).toThrow('cannot read /proc/self/mem: i/o error');
  });

  test('is not null either when the failure is one level down', () => {
    expect(() => readIfThere('/proc/self', () => readIfThere(failing, () => readFileSync(failing)))).toThrow(failing);
  });
});

test('what every host has is never taken for missing', () => {
  const path = join(temporaryDirectory(), 'missing');
  expect(mustRead('/dev/null', () => readFileSync('/dev/null', 'utf8'))).toBe('');
  expect(() => mustRead(path, () => readFileSync(path))).toThrow(`cannot read ${path}: no such file or directory`);
});
