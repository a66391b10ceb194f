import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { descendantsOf, parseStat, readProcessTable, tableOf } from '../../src/process/process-table.ts';

const rest = '4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 100 200';

describe('a line of /proc/PID/stat', () => {
  test.each([
    ['bash', 'bash'],
    ['tmux: server', 'tmux: server'],
    ['a) R 1 2 (b', 'a) R 1 2 (b'],
    [')', ')'],
    ['', ''],
    ['x\ny', 'x\ny'],
  ])('is read after the last parenthesis: (%s)', (name, comm) => {
    expect(parseStat(`42 (${name}) S 7 8 9 34816 10 ${rest}\n`)).toEqual({
      pid: 42,
      ppid: 7,
      pgrp: 8,
      tpgid: 10,
      startTime: 987654,
      comm,
    });
  });

  test.each(['', '42', '42 (bash', '42 (bash)', '42 (bash) S 7 8 9', `x (bash) S 7 8 9 34816 10 ${rest}`])(
    'is no process when it is broken: %j',
    (line) => {
      expect(parseStat(line)).toBeNull();
    },
  );
});

describe('the process table', () => {
  test('has this process, under its parent', () => {
    const table = readProcessTable();
    expect(table.entries.get(process.pid)).toMatchObject({ pid: process.pid, ppid: process.ppid });
    expect(table.childrenOf.get(process.ppid)).toContain(process.pid);
    expect(descendantsOf(table, process.ppid).map(({ pid }) => pid)).toContain(process.pid);
  });

  test('lists descendants nearest first', () => {
    const table = tableOf([entry(5, 4), entry(4, 2), entry(3, 2), entry(2, 1), entry(9, 1), entry(6, 3)]);
    expect(descendantsOf(table, 2).map(({ pid }) => pid)).toEqual([2, 4, 3, 5, 6]);
    expect(descendantsOf(table, 77)).toEqual([]);
  });

  test('lists each process once, however the table came to be', () => {
    const processes = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 20 });
    fc.assert(
      fc.property(processes, fc.nat(9), (pairs, start) => {
        const table = tableOf(pairs.map(([pid, ppid]) => entry(pid, ppid)));
        const pids = descendantsOf(table, start).map(({ pid }) => pid);
        expect(pids).toEqual([...new Set(pids)].filter((pid) => table.entries.has(pid)));
      }),
    );
  });
});

function entry(pid: number, ppid: number) {
  return { pid, ppid, pgrp: pid, tpgid: -1, startTime: 1, comm: 'x' };
}
