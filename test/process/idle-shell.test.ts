import { expect, test } from 'vitest';
import { isIdleShell } from '../../src/process/pane-shell.ts';
import { type ProcessEntry, readProcessTable, tableOf } from '../../src/process/process-table.ts';
import { privateTmux, waitUntil } from '../support/private-tmux.ts';

const shell: ProcessEntry = { pid: 10, ppid: 1, pgrp: 10, tpgid: 10, startTime: 1, comm: 'bash' };
const job: ProcessEntry = { ...shell, pid: 11, ppid: 10, pgrp: 11, comm: 'sleep' };

test.each([
  ['a shell at its prompt', [shell], true],
  ['a shell with a job behind it', [shell, job], true],
  [
    'a shell with a job in front of it',
    [
      { ...shell, tpgid: 11 },
      { ...job, tpgid: 11 },
    ],
    false,
  ],
  ['a shell that runs something as part of itself', [shell, { ...job, pgrp: 10 }], false],
  ['another program', [{ ...shell, comm: 'vim' }], false],
  ['a process that is gone', [], false],
] as const)('%s', (_, processes, expected) => {
  expect(isIdleShell(tableOf(processes), 10)).toBe(expected);
});

test.each(['/bin/bash', '/bin/sh'])('tells a real %s at its prompt from one that is busy', (path) => {
  const { tmux } = privateTmux({ shell: path });
  tmux('new-session', '-d', '-s', 'work');
  const pid = Number(tmux('display-message', '-p', '-t', '=work:', '#{pane_pid}'));
  const isIdle = () => isIdleShell(readProcessTable(), pid);
  waitUntil(isIdle, 'an idle shell');
  tmux('send-keys', '-t', '=work:', 'half a li');
  expect(isIdle()).toBe(true);
  tmux('send-keys', '-t', '=work:', 'C-u', 'sleep 1000', 'Enter');
  waitUntil(() => !isIdle(), 'a busy shell');
  tmux('send-keys', '-t', '=work:', 'C-c');
  waitUntil(isIdle, 'an idle shell again');
});
