import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readProcessFacts } from '../../src/agents/read-process-facts.ts';
import type { UserQuestion } from '../../src/agents/reading-protocol.ts';
import { parseStat } from '../../src/process/process-table.ts';
import { startWithEndlessArguments } from '../support/endless-arguments.ts';
import { privateTmux, waitUntil } from '../support/private-tmux.ts';

const noPid = 2 ** 22 + 1;

describe('the facts of a process', () => {
  test('are its exact arguments, empty and odd ones too, its directory, and what it was given', () => {
    const { tmux, directory } = privateTmux();
    const words = ['sh', '-c', 'sleep 1000; :', '', 'a b\nc', ''];
    const pid = Number(
      tmux('new-session', '-d', '-P', '-F', '#{pane_pid}', '-c', directory, '-e', 'ODD=a=b\nc', ...words),
    );
    waitUntil(() => commOf(pid) === 'sh', 'the shell');
    const facts = readProcessFacts(about(pid)).get(pid);
    expect(facts?.argv).toEqual(words);
    expect(facts?.cwd).toBe(directory);
    expect(facts?.env('ODD')).toBe('a=b\nc');
    expect(facts?.env('ABSENT')).toBeNull();
  });

  test('are those of the user’s own processes alone', () => {
    const own = process.getuid?.() ?? 0;
    expect(readProcessFacts({ ...about(process.pid), uid: own + 1 })).toEqual(new Map());
    expect(readProcessFacts({ ...about(process.pid), uid: own }).get(process.pid)?.exe).toBe(process.execPath);
  });

  test('are no arguments when it shows more than any program is given, and little memory is taken to see that', () => {
    const pid = startWithEndlessArguments(['perl'], 400_000_000);
    const before = process.memoryUsage().rss;
    const facts = readProcessFacts(about(pid)).get(pid);

    expect(facts?.argv === null).toBe(true);
    expect(facts?.env('PATH')).toBe(process.env['PATH']);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 ** 2);
  });

  test('are none when it is gone', () => {
    expect(readProcessFacts(about(noPid))).toEqual(new Map());
  });
});

function commOf(pid: number): string | undefined {
  return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.comm;
}

function about(pid: number): UserQuestion {
  return {
    user: 'emo',
    uid: process.getuid?.() ?? 0,
    gid: 0,
    home: '/nowhere',
    switches: false,
    bootTimeMs: 0,
    panes: [],
    processes: [{ pid, ppid: 1, pgrp: pid, startTime: '1', comm: 'sh' }],
    resumable: [],
    nearCleanup: { nowMs: 0, conversations: [] },
  };
}
