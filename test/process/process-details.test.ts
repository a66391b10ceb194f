import { mkdirSync, rmdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { paneDirectory } from '../../src/process/pane-shell.ts';
import { cwdOf, descendantsOf, readProcessTable, uidOf } from '../../src/process/process-table.ts';
import { privateTmux, waitUntil } from '../support/private-tmux.ts';

const noPid = 2 ** 22 + 1;

describe('a process', () => {
  test('has no directory and no owner when it is gone', () => {
    expect([cwdOf(noPid), uidOf(noPid)]).toEqual([null, null]);
  });

  test('tells its owner', () => {
    expect(uidOf(process.pid)).toBe(process.getuid?.());
  });

  test('has no directory when that was removed', () => {
    const { tmux, directory } = privateTmux();
    mkdirSync(`${directory}/gone`);
    const pid = Number(tmux('new-session', '-d', '-P', '-F', '#{pane_pid}', '-c', `${directory}/gone`));
    waitUntil(() => cwdOf(pid) === `${directory}/gone`, 'the shell');
    rmdirSync(`${directory}/gone`);

    expect(cwdOf(pid)).toBeNull();
  });
});

describe('a pane', () => {
  test('is in the directory of its own process, wherever the program in its foreground has gone', () => {
    const { tmux, directory } = privateTmux({ shell: '/bin/bash' });
    mkdirSync(`${directory}/a\tb\nc`);
    const pid = Number(
      tmux(
        'new-session',
        '-d',
        '-P',
        '-F',
        '#{pane_pid}',
        '-c',
        directory,
        'bash',
        '-c',
        'set -m; (cd "$1" && exec sleep 1000)',
        'bash',
        `${directory}/a\tb\nc`,
      ),
    );
    const running = () => descendantsOf(readProcessTable(), pid).map(({ comm }) => comm);
    waitUntil(() => running().at(-1) === 'sleep', 'the job');

    expect(running()).toEqual(['bash', 'sleep']);
    const uid = uidOf(process.pid) ?? -1;
    const [, job] = descendantsOf(readProcessTable(), pid);
    expect(cwdOf(job?.pid ?? -1)).toBe(`${directory}/a\tb\nc`);
    expect(paneDirectory(readProcessTable(), pid, uid)).toBe(directory);
    expect(paneDirectory(readProcessTable(), pid, uid + 1)).toBeNull();
    expect(cwdOf(pid)).toBe(directory);
  });

  test('has no directory and no processes when it is gone', () => {
    const table = readProcessTable();
    expect([paneDirectory(table, noPid, 0), descendantsOf(table, noPid)]).toEqual([null, []]);
  });
});
