import { describe, expect, test } from 'vitest';
import type { PaneAgent } from '../../../src/core/conversation.ts';
import { type GonePane, panesOf, type SessionEntry, type Window } from '../../../src/core/manifest.ts';
import { claude, clock, deadServer, gone, live, manifest, observed, seen, serverB } from '../../support/builders.ts';
import { named, plannedFor } from '../../support/planning.ts';
import { conversations, find, next } from '../../support/recording.ts';

/** A shell in window 0, and an agent in the only pane of window 1. */
const two = { tmuxId: '$1', windows: [windowAt(0, null), windowAt(1, 'conv-a')] };
const before = manifest([live('api', two)]);
const left = { tmuxId: '$1', windows: [windowAt(0, null)] };
const withoutPane = observed([seen('api', left)]);

describe('a pane that goes while its session lives', () => {
  test.each([false, true])('leaves its conversation in the record as ended; killed: %s', (killed) => {
    const after = next(before, withoutPane, { oomKilled: killed });
    expect(gonePanesIn(find(after, 'api'))).toMatchObject([
      { windowName: 'agent', cwd: '/home/emo/code', conversation: claude('conv-a', { at: clock(5), killed }) },
    ]);
  });

  test('stays ended as it ended over later saves and a rename', () => {
    const once = next(before, withoutPane);
    const later = next(once, observed([seen('renamed', left)]), { oomKilled: true }, clock(10));
    expect(gonePanesIn(find(later, 'renamed')).map(({ conversation }) => conversation)).toEqual([
      claude('conv-a', { at: clock(5), killed: false }),
    ]);
  });

  test('is forgotten when its conversation runs again, wherever', () => {
    const once = next(before, withoutPane);
    for (const session of ['$1', '$4']) {
      const running = seen('other', { tmuxId: session, holding: [claude('conv-a')] });
      const sessions = session === '$1' ? [running] : [seen('api', left), running];
      const after = next(once, observed(sessions));
      expect(after.sessions.flatMap(gonePanesIn)).toEqual([]);
    }
  });

  test('has not gone when it has moved into another session', () => {
    const moved = observed([seen('api', left), seen('other', { tmuxId: '$4', windows: [windowAt(1, 'conv-a')] })]);
    expect(next(before, moved).sessions.flatMap(gonePanesIn)).toEqual([]);
    const idle = observed([seen('api', left), seen('other', { tmuxId: '$4', windows: [windowAt(1, null)] })]);
    const after = next(before, idle);
    expect(after.sessions.flatMap(gonePanesIn)).toEqual([]);
    expect(conversations(find(after, 'other'))).toEqual(['conv-a']);
  });

  test('is there though another agent has taken it; a conversation that was cleared is not kept', () => {
    const first = manifest([live('api', { tmuxId: '$1', windows: [windowHeldBy('conv-a', 100)] })]);
    const taken = next(first, observed([seen('api', { tmuxId: '$1', windows: [windowHeldBy('conv-b', 200)] })]));
    expect(gonePanesIn(find(taken, 'api')).map(({ conversation }) => conversation?.id)).toEqual(['conv-a']);
    const cleared = next(first, observed([seen('api', { tmuxId: '$1', windows: [windowHeldBy('conv-b', 100)] })]));
    expect(gonePanesIn(find(cleared, 'api'))).toEqual([]);
  });

  test('keeps the last twenty of a session, the last to go first', () => {
    let record = before;
    for (let at = 0; at < 25; at += 1) {
      const holding = { tmuxId: '$1', windows: [windowAt(0, null), windowAt(10 + at, `conv-${at}`)] };
      record = next(record, observed([seen('api', holding)]), {}, clock(5 + at));
    }
    const ids = gonePanesIn(find(next(record, withoutPane, {}, clock(40)), 'api')).map((one) => one.conversation?.id);
    expect(ids).toEqual(Array.from({ length: 20 }, (_, at) => `conv-${24 - at}`));
  });

  test('is dropped after 30 days', () => {
    const day = 24 * 60;
    const once = next(before, withoutPane);
    expect(gonePanesIn(find(next(once, withoutPane, {}, clock(5 + 30 * day)), 'api'))).toHaveLength(1);
    expect(gonePanesIn(find(next(once, withoutPane, {}, clock(6 + 30 * day)), 'api'))).toEqual([]);
  });

  test('comes back with its session in a window of its own when it was killed, else stays on offer', () => {
    for (const killed of [true, false]) {
      const once = next(before, withoutPane, { oomKilled: killed });
      const entry = find(next(once, deadServer, {}, clock(10)), 'api');
      expect(entry.windows.map(({ index, name }) => [index, name])).toEqual(
        killed
          ? [
              [0, 'bash'],
              [1, 'agent'],
            ]
          : [[0, 'bash']],
      );
      expect(gonePanesIn(entry)).toHaveLength(killed ? 0 : 1);
    }
  });

  test('gets no window in its lost session when its conversation runs elsewhere by then', () => {
    const once = next(before, withoutPane, { oomKilled: true });
    const elsewhere = observed([seen('b', { tmuxId: '$1', holding: [claude('conv-a')] })], serverB);
    const entry = find(next(once, elsewhere, {}, clock(10)), 'api');
    expect(entry.windows.map(({ index }) => index)).toEqual([0]);
  });

  test('is still on offer when its session was lost and made anew', () => {
    const lost = next(next(before, withoutPane), deadServer, {}, clock(10));
    const again = next(lost, observed([seen('api', { tmuxId: '$9', windows: [windowAt(0, null)] })], serverB));
    expect(gonePanesIn(find(again, 'api')).map(({ conversation }) => conversation?.id)).toEqual(['conv-a']);
  });

  test('is where a conversation goes for which a session made anew has no idle pane', () => {
    const ended = claude('done', { at: clock(0), killed: false });
    const lost = manifest([gone('api', 'server-died', { holding: [claude('runs'), ended] })]);
    const session = seen('api', { tmuxId: '$9', holding: [claude('runs')] });
    const again = next(lost, observed([session], serverB));
    expect(gonePanesIn(find(again, 'api')).map(({ conversation }) => conversation?.id)).toEqual(['done']);
  });
});

describe('the plan of a conversation whose pane has gone', () => {
  const entry = live('api', {
    ...left,
    gonePanes: [goneOne('conv-a', { at: clock(0), killed: true })],
  });
  const situation = { observation: withoutPane };

  test('is an offer, and a window of its own when it is asked for', () => {
    expect(plannedFor([entry], situation)).toMatchObject([{ action: 'live', offer: { selector: 'conv-a' } }]);
    const [entries, asked] = named([entry], 'api', {}, 'conv-a');
    expect(plannedFor(entries, { ...situation, ...asked })).toMatchObject([
      { action: 'resume', ended: { place: { kind: 'window', name: 'agent' }, conversation: { id: 'conv-a' } } },
    ]);
  });

  test('is left alone while the conversation runs elsewhere', () => {
    const observation = observed([seen('api', left), seen('b', { tmuxId: '$4', holding: [claude('conv-a')] })]);
    const [entries, asked] = named([entry], 'api', {}, 'conv-a');
    expect(plannedFor(entries, { observation, ...asked })).toMatchObject([
      { action: 'live', offer: null, reason: 'it is running; claude conv-a is live in b' },
    ]);
  });
});

describe('a dead pane that was kept', () => {
  const dead = { tmuxId: '$1', holding: [null], deadPanes: ['%10'] };

  test('keeps the conversation that ran in it as ended', () => {
    const record = manifest([live('api', { tmuxId: '$1', holding: [claude('conv-a')] })]);
    const after = next(record, observed([seen('api', dead)]));
    expect(panesOf(find(after, 'api'))[0]?.conversation).toEqual(claude('conv-a', { at: clock(5), killed: false }));
  });

  test('gets the conversation of its stamp, once and for all saves', () => {
    const observation = observed([seen('api', { ...dead, stamped: claude('conv-s') })]);
    const once = next(null, observation);
    const ended = claude('conv-s', { at: clock(5), killed: false });
    expect(panesOf(find(once, 'api'))[0]?.conversation).toEqual(ended);
    expect(panesOf(find(next(once, observation, {}, clock(10)), 'api'))[0]?.conversation).toEqual(ended);
  });

  test('gets none by a stamp that may be about another pane, or about what runs', () => {
    const stamped = claude('conv-s');
    const pair = { ...dead, holding: [null, null], deadPanes: ['%10', '%11'], stamped };
    const elsewhere = seen('b', { tmuxId: '$2', holding: [claude('conv-s')] });
    const beside = { ...dead, holding: [null, claude('conv-s')], stamped };
    for (const sessions of [
      [seen('api', pair)],
      [seen('api', { ...dead, stamped }), elsewhere],
      [seen('api', beside)],
      [seen('api', { ...dead, deadPanes: [], stamped })],
    ]) {
      expect(panesOf(find(next(null, observed(sessions)), 'api'))[0]?.conversation).toBeNull();
    }
  });

  test('is taken for a place in which its conversation can be resumed', () => {
    const ended = claude('conv-a', { at: clock(0), killed: false });
    const [entries, asked] = named([live('api', { tmuxId: '$1', holding: [ended] })], 'api', {}, 'conv-a');
    expect(plannedFor(entries, { observation: observed([seen('api', dead)]), ...asked })).toMatchObject([
      { action: 'resume', ended: { place: { kind: 'pane', paneId: '%10', isDead: true } } },
    ]);
  });
});

function windowAt(index: number, id: string | null): Window {
  return {
    index,
    name: id === null ? 'bash' : 'agent',
    automaticName: id === null,
    active: index === 0,
    layout: null,
    last: false,
    zoomed: false,
    options: [],
    panes: [
      {
        index: 0,
        tmuxId: `%1${index}`,
        active: true,
        cwd: '/home/emo/code',
        title: '',
        command: id === null ? 'bash' : 'claude',
        conversation: id === null ? null : claude(id),
        agent: null,
        shell: null,
        program: null,
        process: null,
      },
    ],
  };
}

function goneOne(id: string, ended: NonNullable<ReturnType<typeof claude>['ended']>): GonePane {
  const [pane] = windowAt(1, id).panes;
  if (pane === undefined) throw new Error('one pane wanted');
  return { ...pane, conversation: claude(id, ended), windowName: 'agent' };
}

function gonePanesIn({ gonePanes }: SessionEntry): readonly GonePane[] {
  return gonePanes;
}

function agentOf(pid: number): PaneAgent {
  return {
    name: 'claude',
    version: null,
    process: { pid, startTime: '1' },
    found: { kind: 'conversation', source: 'argv', confidence: 'high' },
    launch: { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: '/home/emo' },
    wrapper: null,
  };
}

function windowHeldBy(id: string, pid: number): Window {
  const window = windowAt(1, id);
  return { ...window, panes: window.panes.map((pane) => ({ ...pane, agent: agentOf(pid) })) };
}
