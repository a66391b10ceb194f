import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Agent, ProcessFacts } from '../../src/agents/agent.ts';
import { findPaneAgents, type FoundAgent } from '../../src/agents/find-pane-agents.ts';
import type { ListedProcess, PaneQuestion, UserQuestion } from '../../src/agents/reading-protocol.ts';

describe('the agent of a pane', () => {
  test.each<[string, readonly ListedProcess[], number | null]>([
    ['is the process of the pane itself', [p(1, 0, 'robot')], 1],
    ['is found below a shell', [p(1, 0, 'bash'), p(2, 1, 'robot')], 2],
    ['is found below wrappers', [p(1, 0, 'bash'), p(2, 1, 'sh'), p(3, 2, 'env'), p(4, 3, 'sudo'), p(5, 4, 'robot')], 5],
    ['is nobody when there is none', [p(1, 0, 'bash'), p(2, 1, 'vim')], null],
    [
      'is the one in the foreground, before a nearer one',
      [p(1, 0, 'bash'), p(2, 1, 'robot'), p(3, 1, 'sh', 9), p(4, 3, 'robot', 9)],
      4,
    ],
    [
      'is the nearest when none is in the foreground',
      [p(1, 0, 'bash'), p(2, 1, 'sh'), p(3, 2, 'robot'), p(4, 1, 'robot')],
      4,
    ],
    ['is the other kind when that is in the foreground', [p(1, 0, 'bash'), p(2, 1, 'robot'), p(3, 1, 'droid', 9)], 3],
    ['is not one that another agent has started', [p(1, 0, 'robot'), p(2, 1, 'bash'), p(3, 2, 'droid', 9)], 1],
    ['is not one below an agent that nobody converses with', [p(1, 0, 'robot-print', 9), p(2, 1, 'robot', 9)], null],
    ['is beside one that nobody converses with', [p(1, 0, 'bash'), p(2, 1, 'robot-print', 9), p(3, 1, 'robot')], 3],
  ])('%s', (_, processes, pid) => {
    const found = findIn({ panes: [pane('%0', 1, 9)], processes });
    expect(found.map((one) => one.process.pid)).toEqual(pid === null ? [] : [pid]);
    expect(found.every((one) => one.pane === '%0')).toBe(true);
  });

  test('is found among processes in any order, and of any number', () => {
    // Pids wrap around: a child may have a lower one than its parent.
    const processes = [p(50, 1, 'bash'), p(3, 50, 'robot'), p(40, 3, 'sh'), p(2, 40, 'droid')];
    for (const order of [processes, processes.toReversed()]) {
      const found = findIn({ panes: [pane('%0', 50, 9)], processes: order });
      expect(found.map((one) => one.process.pid)).toEqual([3]);
      expect(findIn({ panes: [], processes: order }).map((one) => one.process.pid)).toEqual([3]);
    }
  });

  test('is not a process of another user', () => {
    const processes = [p(1, 0, 'bash'), p(2, 1, 'robot')];
    expect(findIn({ panes: [pane('%0', 1, 9)], processes }, [1])).toEqual([]);
  });

  test('comes with its children, and the stamp of its session', () => {
    const processes = [p(1, 0, 'robot'), p(2, 1, 'sh'), p(3, 2, 'deeper'), p(4, 1, 'mcp')];
    const [found] = findIn({ panes: [{ ...pane('%0', 1, 9), stamp: '/a/b.jsonl' }], processes });
    expect(found?.process.children.map(({ pid }) => pid)).toEqual([2, 4]);
    expect([found?.process.stamp, found?.process.comm, found?.process.exe]).toEqual([
      '/a/b.jsonl',
      'robot',
      '/bin/robot',
    ]);
  });
});

test('an agent comes with its ancestors up to the process of its pane, and to one of another user without its arguments', () => {
  const processes = [p(9, 0, 'tmux'), p(1, 9, 'bash'), p(2, 1, 'sudo'), p(3, 2, 'timeout'), p(4, 3, 'robot')];
  const ancestorsIn = (own?: readonly number[]): readonly (readonly number[])[] =>
    findIn({ panes: [pane('%0', 1, 9)], processes }, own).map((one) => one.process.ancestors.map(({ pid }) => pid));
  expect(ancestorsIn()).toEqual([[3, 2, 1]]);
  expect(ancestorsIn([1, 3, 4])).toEqual([[3, 2]]);
  const [below] = findIn({ panes: [pane('%0', 1, 9)], processes }, [1, 3, 4]);
  expect(below?.process.ancestors.map(({ comm, argv }) => [comm, argv === null])).toEqual([
    ['timeout', false],
    ['sudo', true],
  ]);
  const [outside] = findIn({ panes: [], processes });
  expect(outside?.process.ancestors).toEqual([]);
});

describe('agents outside of panes', () => {
  test('are all told, without a pane and a stamp', () => {
    const processes = [p(1, 0, 'bash'), p(2, 1, 'robot'), p(3, 0, 'robot'), p(4, 0, 'droid'), p(5, 4, 'robot')];
    const found = findIn({ panes: [{ ...pane('%0', 1, 9), stamp: '/a' }], processes });
    expect(found.map((one) => [one.process.pid, one.pane, one.process.stamp])).toEqual([
      [2, '%0', '/a'],
      [3, null, null],
      [4, null, null],
    ]);
  });

  test('are not those that lost within a pane', () => {
    const processes = [p(1, 0, 'bash'), p(2, 1, 'robot', 9), p(3, 1, 'robot')];
    expect(findIn({ panes: [pane('%0', 1, 9)], processes }).map((one) => one.process.pid)).toEqual([2]);
  });
});

describe('whatever the processes', () => {
  const processes = fc.uniqueArray(
    fc.record({
      pid: fc.integer({ min: 1, max: 12 }),
      ppid: fc.integer({ min: 0, max: 12 }),
      pgrp: fc.integer({ min: 1, max: 3 }),
      startTime: fc.constant('1'),
      comm: fc.constantFrom('bash', 'robot', 'droid', 'robot-print'),
    }),
    { selector: ({ pid }) => pid, maxLength: 12 },
  );

  test('cycles among parents end, and each process is told once at most', () => {
    fc.assert(
      fc.property(processes, (listed) => {
        const found = findIn({ panes: [pane('%0', 1, 2)], processes: listed });
        const pids = found.map((one) => one.process.pid);
        expect(new Set(pids).size).toBe(pids.length);
        expect(found.filter((one) => one.pane === '%0').length).toBeLessThanOrEqual(1);
        for (const { process } of found) expect(['robot', 'droid']).toContain(process.comm);
      }),
    );
  });

  test('outside of panes the same are told in every order', () => {
    fc.assert(
      fc.property(processes, (listed) => {
        expect(pidsIn(listed.toReversed())).toEqual(pidsIn(listed));
      }),
    );
  });
});

/** Two kinds of agents, by their names; one that ends in `-print` talks to nobody. */
const kinds: readonly Agent[] = ['robot', 'droid'].map((name) => ({
  name,
  mayBe: (comm) => comm.startsWith(name),
  roleOf: ({ comm }) => (comm === name ? 'interactive' : comm === `${name}-print` ? 'other' : null),
  readConversations: () => new Map(),
  checkResumable: () => ({ kind: 'resumable' }),
  announcesConversation: () => false,
  askingArguments: (args) => args,
  startCommand: () => null,
  firstPrompt: () => ({ kind: 'words', words: [] }),
}));

function findIn(
  { panes, processes }: Pick<UserQuestion, 'panes' | 'processes'>,
  own: readonly number[] = processes.map(({ pid }) => pid),
): readonly FoundAgent[] {
  const question = {
    user: 'emo',
    uid: 1001,
    gid: 1001,
    home: '/home/emo',
    switches: false,
    bootTimeMs: 0,
    resumable: [],
    nearCleanup: { nowMs: 0, conversations: [] },
  };
  const facts = new Map(processes.filter(({ pid }) => own.includes(pid)).map((one) => [one.pid, factsOf(one)]));
  return findPaneAgents({ ...question, panes, processes }, facts, kinds);
}

function pidsIn(order: readonly ListedProcess[]): readonly number[] {
  const found = findIn({ panes: [], processes: order });
  return found.map((one) => one.process.pid).toSorted((a, b) => a - b);
}

function factsOf({ pid, ppid, startTime, comm }: ListedProcess): ProcessFacts {
  return { pid, ppid, startTime, startedAtMs: 0, comm, exe: `/bin/${comm}`, argv: [comm], cwd: '/', env: () => null };
}

function p(pid: number, ppid: number, comm: string, pgrp = pid): ListedProcess {
  return { pid, ppid, pgrp, startTime: String(pid), comm };
}

function pane(id: string, pid: number, foregroundGroup: number): PaneQuestion {
  return { pane: id, pid, foregroundGroup, stamp: null };
}
