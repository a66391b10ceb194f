import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { boundedFiles } from '../../src/agents/user-files.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { agentHome, holderOf, ownUid } from './agent-home.ts';

describe('what is read of a file', () => {
  test('is its start or its end, as far as asked for', () => {
    const { files, write } = agentHome();
    const path = write('file', 'abcdef');
    expect([files.readStart(path, 4), files.readEnd(path, 4)]).toEqual(['abcd', 'cdef']);
    expect([files.readStart(path, 100), files.readEnd(path, 100)]).toEqual(['abcdef', 'abcdef']);
    expect(files.readStart(write('empty', ''), 4)).toBe('');
  });

  test('mentions a word at its start and at its end, and what lies between is not looked at', () => {
    const { files, write } = agentHome();
    const path = write('file', `start ${'.'.repeat(20)} middle ${'.'.repeat(20)} end`);
    const mentioned = (word: string, maxBytes: number): boolean => files.mentions(path, word, maxBytes);
    expect(['start', 'middle', 'end', 'other'].map((word) => mentioned(word, 10))).toEqual([true, false, true, false]);
    expect(['start', 'middle', 'end', 'other'].map((word) => mentioned(word, 100))).toEqual([true, true, true, false]);
    expect(files.mentions(`${path}-missing`, 'start', 10)).toBe(false);
  });

  test('is no more than that of a file of any size', () => {
    const { files, write } = agentHome();
    const path = write('sparse', 'head');
    truncateSync(path, 2 ** 40);
    const before = performance.now();
    expect(files.readStart(path, 8)).toBe('head\0\0\0\0');
    expect(files.readEnd(path, 8)).toBe('\0'.repeat(8));
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test('is what is there of a character that the bound cuts', () => {
    const { files, write } = agentHome();
    const path = write('file', 'aß');
    expect(files.readStart(path, 2)?.startsWith('a')).toBe(true);
    expect(files.readEnd(path, 1)).toHaveLength(1);
  });

  test.each<[string, (path: string) => void]>([
    ['missing', () => undefined],
    [
      'a link to a file of the same user',
      (path) => (writeFileSync(`${path}-target`, 'secret'), symlinkSync(`${path}-target`, path)),
    ],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a FIFO', (path) => void execFileSync('mkfifo', [path])],
    ['a directory', (path) => mkdirSync(path)],
    ['a socket', (path) => void execFileSync(process.execPath, ['-e', listen, path])],
  ])('is nothing, at once, when it is %s', (_, make) => {
    const { files, path: home } = agentHome();
    const path = `${home}/it`;
    make(path);
    expect([files.readStart(path, 100), files.readEnd(path, 100)]).toEqual([null, null]);
  });

  test('is nothing of a device', () => {
    const { files } = agentHome();
    expect([files.readStart('/dev/zero', 8), files.readEnd('/dev/tty', 8)]).toEqual([null, null]);
  });

  test.runIf(ownUid === 0)('is nothing of a file of another user, whom root could read', () => {
    const { files, write, path: home } = agentHome();
    const path = write('file', 'abc');
    chownSync(path, 12_345, 12_345);
    expect(files.readStart(path, 8)).toBeNull();
    expect(boundedFiles(12_345, home).readStart(path, 8)).toBe('abc');
    expect(boundedFiles(12_345, home).readStart(write('of-root', 'abc'), 8)).toBeNull();
  });
});

/** Leaves the socket where it is. */
const listen = "require('net').createServer().listen(process.argv[1], () => process.exit())";

describe('the names in a directory', () => {
  test('are sorted, with hidden ones', () => {
    const { files, write, path } = agentHome();
    for (const name of ['b', 'a', '.c']) write(name, '');
    expect(files.list(path)).toEqual(['.c', 'a', 'b']);
  });

  test('are cut off at a bound', () => {
    const { files, path } = agentHome();
    for (let at = 0; at < 4_200; at += 1) closeSync(openSync(`${path}/${at}`, 'w'));
    expect(files.list(path)).toHaveLength(4_096);
  });

  test.each<[string, (path: string) => void]>([
    ['is not there', () => undefined],
    ['is a file', (path) => writeFileSync(path, 'abc')],
    ['is a FIFO', (path) => void execFileSync('mkfifo', [path])],
    ['is a link to itself', (path) => symlinkSync(path, path)],
  ])('are none when it %s', (_, make) => {
    const { files, path: home } = agentHome();
    make(`${home}/it`);
    expect(files.list(`${home}/it`)).toEqual([]);
  });
});

describe('the facts of a file', () => {
  test('are told without following a link', () => {
    const { files, write, path } = agentHome();
    utimesSync(write('file', 'abc'), 1_000, 1_000);
    symlinkSync(`${path}/file`, `${path}/link`);
    execFileSync('mkfifo', [`${path}/fifo`]);
    expect(files.stat(`${path}/file`)).toMatchObject({ kind: 'file', size: 3, uid: ownUid, modifiedAtMs: 1_000_000 });
    expect(files.stat(path)?.kind).toBe('directory');
    expect(files.stat(`${path}/link`)?.kind).toBe('other');
    expect(files.stat(`${path}/fifo`)?.kind).toBe('other');
    expect(files.stat(`${path}/missing`)).toBeNull();
    expect(files.stat(`${path}/file/below`)).toBeNull();
    expect(files.stat('a\0b')).toBeNull();
  });
});

describe('what a process holds open', () => {
  test('is told by path, each once, also when it was removed', () => {
    const { files, write } = agentHome();
    const [kept, removed] = [write('kept', ''), write('removed', '')];
    const pid = holderOf(kept, kept, removed);
    rmSync(removed);
    // Whoever runs the tests may have given them any other files.
    const paths = files.openFilesOf(pid)?.filter((path) => path.startsWith(dirname(kept)));
    expect(paths?.toSorted()).toEqual([kept, `${removed} (deleted)`]);
  });

  test('is not known of a process that is gone', () => {
    const { files } = agentHome();
    expect(files.openFilesOf(2 ** 30)).toBeNull();
    expect(files.startTimeOf(2 ** 30)).toBeNull();
  });
});

test('the start time of a process is told whatever its name', () => {
  const { files, path } = agentHome();
  const script = `${path}/a) 1 (b`;
  writeFileSync(script, '#!/bin/sh\nread -r line\n');
  chmodSync(script, 0o755);
  const child = spawn(script, { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  const isNamed = (): boolean => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'a) 1 (b\n';
  waitUntil(isNamed, 'the name of the process');
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace('(a) 1 (b)', 'name').split(' ');
  expect(files.startTimeOf(pid)).toBe(fields[21]);
});

test('a process that has ended has no start time, even before anybody has taken note of its end', () => {
  const { files } = agentHome();
  const parent = spawn('/bin/sh', ['-c', 'sleep 0 & exec sleep 60'], { stdio: 'ignore' });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const zombie = zombieOf(parent.pid ?? 0);
  expect(files.startTimeOf(parent.pid ?? 0)).toMatch(/^\d+$/);
  expect(files.startTimeOf(zombie)).toBeNull();
});

/** The child of a process that does not wait for it, once it has ended. */
function zombieOf(parent: number): number {
  const stats = (): readonly (readonly string[])[] =>
    readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
      .split(' ')
      .filter((pid) => pid !== '')
      .map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' '));
  waitUntil(() => stats().some(([, , state]) => state === 'Z'), 'a zombie');
  return Number(stats()[0]?.[0]);
}
