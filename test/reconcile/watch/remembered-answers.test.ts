import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../src/agents/ask-users.ts';
import type { AgentAnswer, UserAnswer, UserQuestion } from '../../../src/agents/reading-protocol.ts';
import { rememberedAnswers } from '../../../src/reconcile/watch/remembered-answers.ts';

const { signal } = new AbortController();

describe('the answers about agents that a watch remembers', () => {
  test('are asked for once, as long as the agents are the same', async () => {
    const { ask, saved, asked } = asking();
    const first = await ask([question([agent(71), other(72)])], signal);
    saved('emo', 'first');
    const second = await ask([question([agent(71), other(99)])], signal);
    expect(asked).toEqual([['emo']]);
    expect(second.get('emo')).toEqual(first.get('emo'));
  });

  test.each([
    ['another agent', question([agent(73)])],
    ['an agent more', question([agent(71), agent(73)])],
    ['no agent any more', question([other(72)])],
    ['the agent of the same pid that started later', question([{ ...agent(71), startTime: '9' }])],
    ['another pane', question([agent(71)], '%2')],
  ])('are asked for again with %s', async (_title, later) => {
    const { ask, saved, asked } = asking();
    await ask([question([agent(71)])], signal);
    saved('emo', 'first');
    await ask([later], signal);
    expect(asked).toEqual([['emo'], ['emo']]);
  });

  test('are asked for again after a failure', async () => {
    const { ask, asked } = asking({ kind: 'failed', reason: 'the home hangs' });
    await ask([question([agent(71)])], signal);
    await ask([question([agent(71)])], signal);
    expect(asked).toEqual([['emo'], ['emo']]);
  });

  test('are asked for again while one of the agents has no conversation yet', async () => {
    const { ask, saved, asked } = asking({ kind: 'read', answer: answerWith([]) });
    await ask([question([agent(71)])], signal);
    saved('emo', 'first');
    await ask([question([agent(71)])], signal);
    expect(asked).toEqual([['emo'], ['emo']]);
  });

  test('are asked for once when each of them has one', async () => {
    const claims = [{ id: '5d3bde79-8bb1-4a43-a2d2-5b2e1a3c0f11', source: 'registry', confidence: 'certain' }] as const;
    const { ask, saved, asked } = asking({ kind: 'read', answer: answerWith(claims) });
    await ask([question([agent(71)])], signal);
    saved('emo', 'first');
    await ask([question([agent(71)])], signal);
    expect(asked).toEqual([['emo']]);
  });

  test.each([
    ['stored a record since', 'first', 'second'],
    ['made the records unreadable', 'first', undefined],
  ])('are asked for again when another run has %s', async (_title, before, after) => {
    const { ask, saved, asked, newest } = asking();
    await ask([question([agent(71)])], signal);
    saved('emo', before);
    newest.set('emo', after);
    await ask([question([agent(71)])], signal);
    expect(asked).toEqual([['emo'], ['emo']]);
  });

  test('of one user are not asked for because another user has a new agent', async () => {
    const { ask, saved, asked } = asking();
    await ask([question([agent(71)])], signal);
    saved('emo', 'first');
    const answers = await ask([question([agent(71)]), { ...question([agent(80)]), user: 'anca' }], signal);
    expect(asked).toEqual([['emo'], ['anca']]);
    expect([...answers.keys()].toSorted()).toEqual(['anca', 'emo']);
  });
});

function asking(reading?: Reading) {
  const asked: string[][] = [];
  const newest = new Map<string, string | undefined>([['emo', 'first']]);
  const { ask, saved } = rememberedAnswers(
    async (questions) => {
      asked.push(questions.map(({ user }) => user));
      return new Map(
        questions.map(({ user }) => [
          user,
          reading ?? { kind: 'read', answer: { user, agents: [], resumable: [], nearCleanup: [] } },
        ]),
      );
    },
    (user) => newest.get(user),
  );
  return { ask, saved, asked, newest };
}

function answerWith(claims: AgentAnswer['reading']['claims']): UserAnswer {
  const launch = { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: '/home/emo' };
  const reading = { version: null, launch, claims, fresh: claims.length === 0, reason: null };
  const answer = { agent: 'claude', pid: 71, startTime: '710', pane: '%1', reading, wrapper: null };
  return { user: 'emo', agents: [answer], resumable: [], nearCleanup: [] };
}

function question(processes: UserQuestion['processes'], pane = '%1'): UserQuestion {
  return {
    user: 'emo',
    uid: 1001,
    gid: 1001,
    home: '/home/emo',
    switches: true,
    bootTimeMs: 0,
    panes: [{ pane, pid: 70, foregroundGroup: 71, stamp: null }],
    processes,
    resumable: [],
    nearCleanup: { nowMs: 0, conversations: [] },
  };
}

function agent(pid: number): UserQuestion['processes'][number] {
  return { pid, ppid: 70, pgrp: pid, startTime: '710', comm: 'claude' };
}

function other(pid: number): UserQuestion['processes'][number] {
  return { pid, ppid: 71, pgrp: 71, startTime: '720', comm: 'git' };
}
