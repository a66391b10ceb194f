import { expect, test } from 'vitest';
import { processesIn, totalsIn } from '../../bench/measure/count-calls.ts';

test('the totals of strace are read, whether a call ever failed or not', () => {
  const table = `
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 41.20    0.010300          10      1030        12 openat
 30.00    0.007500           7      1000           read
 28.80    0.007200          72       100           open
------ ----------- ----------- --------- --------- ----------------
100.00    0.025000          11      2130        12 total
`;
  expect(totalsIn(table)).toEqual({ filesOpened: 1130, systemCalls: 2130 });
});

test('processes are counted and threads are not, each once although it may be told in two lines', () => {
  const lines = `
100 execve("/usr/bin/node", ["node"], 0x7ffd /* 8 vars */) = 0
100 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0}, 88) = 101
100 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD <unfinished ...>
101 exit(0) = ?
100 <... clone resumed>, child_tidptr=0x7f) = 102
102 vfork() = 103
103 execve("/usr/bin/tmux", ["tmux", "clone3("], 0x7ffd /* 8 vars */) = 0
`;
  expect(processesIn(lines)).toBe(2);
});
