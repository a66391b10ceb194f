import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noteChange } from '../../src/state/note-change.ts';
import { isRoot } from '../../src/system/files/trusted-path.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';

test('a change makes an empty file with the name of the user, and the next one renews its time', () => {
  const state = temporaryDirectory();

  noteChange(state, 'emo');
  const path = join(state, 'changes/emo');
  utimesSync(path, 0, 0);
  noteChange(state, 'emo');

  expect(readdirSync(join(state, 'changes'))).toEqual(['emo']);
  expect(readFileSync(path, 'utf8')).toBe('');
  expect(Date.now() - lstatSync(path).mtimeMs).toBeLessThan(60_000);
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
});

describe('who may look', () => {
  test('is nobody else where there is no group tmux-restore', () => {
    const [state, etc] = [temporaryDirectory(), etcWith('root:x:0:\n')];

    noteChange(state, 'emo', etc);

    expect(lstatSync(join(state, 'changes')).mode & 0o777).toBe(0o700);
  });

  test.runIf(isRoot())('is that group where there is one, also when it was made later', () => {
    const state = temporaryDirectory();
    noteChange(state, 'emo', etcWith('root:x:0:\n'));

    noteChange(state, 'emo', etcWith('root:x:0:\ntmux-restore:x:4242:web\n'));

    const { mode, uid, gid } = lstatSync(join(state, 'changes'));
    expect([mode & 0o777, uid, gid]).toEqual([0o750, 0, 4242]);
  });
});

describe('it fails no save', () => {
  test('when the state directory is missing, or holds something else in its place', () => {
    const state = temporaryDirectory();
    writeFileSync(join(state, 'changes'), 'a file');

    noteChange(state, 'emo');
    noteChange(join(state, 'missing'), 'emo');

    expect(readFileSync(join(state, 'changes'), 'utf8')).toBe('a file');
  });

  test('and follows no link, of the directory or of a user', () => {
    const [state, other] = [temporaryDirectory(), temporaryDirectory()];
    const kept = join(other, 'kept');
    writeFileSync(kept, 'kept');
    utimesSync(kept, 0, 0);
    mkdirSync(join(state, 'changes'));
    symlinkSync(kept, join(state, 'changes/emo'));
    noteChange(state, 'emo');
    const linked = temporaryDirectory();
    symlinkSync(other, join(linked, 'changes'));
    noteChange(linked, 'emo');

    expect(lstatSync(kept).mtimeMs).toBe(0);
    expect(readdirSync(other)).toEqual(['kept']);
  });

  test('for a name that would lead elsewhere', () => {
    const state = temporaryDirectory();
    chmodSync(state, 0o700);

    for (const name of ['../emo', '..', '.', '', 'a/b', '.hidden']) noteChange(state, name);

    expect(readdirSync(join(state, 'changes'))).toEqual([]);
    expect(readdirSync(state)).toEqual(['changes']);
  });
});

function etcWith(group: string): string {
  const etc = temporaryDirectory();
  writeFileSync(join(etc, 'group'), group);
  return etc;
}
