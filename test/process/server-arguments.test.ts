import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configFilesIn, configFilesOf } from '../../src/process/server-arguments.ts';
import { environmentOf } from '../../src/tmux/tmux-target.ts';
import { privateTmux } from '../support/private-tmux.ts';

describe('the configuration files in the arguments of a server', () => {
  test.each([
    [['tmux'], []],
    [['tmux', 'new-session', '-d', 'less', '-f', '/notes'], []],
    [['tmux', '-f', '/a.conf', 'new-session'], ['/a.conf']],
    [
      ['tmux', '-2uf/a,b.conf', '-L', '-f', '-f', '/c d.conf', '-c', '-f'],
      ['/a,b.conf', '/c d.conf'],
    ],
    [['/lib/ld.so', '--library-path', '/lib', '/usr/bin/tmux', '-vv', '-f', '/a.conf'], ['/a.conf']],
    [['-tmux', '-f', '/a.conf'], ['/a.conf']],
    [['tmux', '--', '-f', '/a.conf'], []],
    [['tmux', '-f'], []],
    [[], []],
  ])('%j are %j', (argv, files) => {
    expect(configFilesIn(argv)).toEqual(files);
  });
});

describe('the configuration files of a running server', () => {
  test('are what it was started with, in order, from the directory of its first client', () => {
    const uid = process.getuid?.() ?? 0;
    const files = ['a.conf', 'with, comma.conf'];
    const { directory, pid } = started(files.flatMap((file) => ['-f', file]));
    expect(configFilesOf(pid, uid)).toEqual(files.map((file) => join(directory, file)));
    expect(configFilesOf(pid, uid + 1)).toBeNull();
  });

  test('are none where it uses the default ones, wherever links lead there', () => {
    const { pid } = started([]);
    expect(configFilesOf(pid, process.getuid?.() ?? 0)).toBeNull();
  });
});

function started(options: readonly string[]): { readonly directory: string; readonly pid: number } {
  const { target, directory, serverPids } = privateTmux();
  mkdirSync(join(directory, 'dots'));
  for (const file of ['a.conf', 'with, comma.conf', 'dots/tmux.conf']) writeFileSync(join(directory, file), '');
  symlinkSync('dots/tmux.conf', join(directory, '.tmux.conf'));
  const env = { ...environmentOf(target), PWD: directory };
  const { status, stderr } = spawnSync('tmux', [...options, 'new-session', '-d'], { cwd: directory, env });
  if (status !== 0) throw new Error(String(stderr));
  const [pid = 0] = serverPids();
  return { directory, pid };
}
