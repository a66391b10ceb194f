import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRegularFile } from '../../../src/system/files/read-file.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

test('a file is read whole, with the time it was written', () => {
  const path = join(temporaryDirectory(), 'a');
  writeFileSync(path, 'grüße');
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  expect(readRegularFile(path, 7)).toMatchObject({ kind: 'read', text: 'grüße', modifiedAtMs: 1_700_000_000_000 });
});

test('a file that is not there is missing, which is not the same as unreadable', () => {
  expect(readRegularFile(join(temporaryDirectory(), 'a'), 10)).toEqual({ kind: 'missing' });
});

test('a FIFO, a directory, a link and a file over the limit are unreadable, and none of them blocks', () => {
  const directory = temporaryDirectory();
  expect(spawnSync('mkfifo', [join(directory, 'fifo')]).status).toBe(0);
  mkdirSync(join(directory, 'directory'));
  writeFileSync(join(directory, 'large'), '12345678');
  symlinkSync('large', join(directory, 'link'));
  const reasons = ['fifo', 'directory', 'link', 'large'].map((name) => readRegularFile(join(directory, name), 7));
  expect(reasons).toEqual([
    { kind: 'unreadable', reason: 'it is not a regular file' },
    { kind: 'unreadable', reason: 'it is not a regular file' },
    { kind: 'unreadable', reason: 'it is a symbolic link' },
    { kind: 'unreadable', reason: 'its 8 bytes are over the limit of 7' },
  ]);
});
