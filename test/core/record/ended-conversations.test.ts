import { describe, expect, test } from 'vitest';
import type { Conversation, PaneAgent } from '../../../src/core/conversation.ts';
import { panesOf } from '../../../src/core/manifest.ts';
import { planUser } from '../../../src/core/plan/plan-user.ts';
import {
  claude,
  clock,
  deadServer,
  gone,
  live,
  manifest,
  observed,
  seen,
  serverB,
  situation,
} from '../../support/builders.ts';
import { conversations, find, next, standing } from '../../support/recording.ts';

const api = { tmuxId: '$1', holding: [claude('conv-api')] };

describe('an agent that ended while its session lived', () => {
  const before = manifest([live('api', api)]);
  const idle = { tmuxId: '$1', holding: [null] };

  test.each([false, true])('leaves its conversation as ended; killed: %s', (killed) => {
    const after = next(before, observed([seen('api', idle)]), { oomKilled: killed });
    expect(panesOf(find(after, 'api')).map((pane) => pane.conversation)).toEqual([
      claude('conv-api', { at: clock(5), killed }),
    ]);
  });

  test('stays ended as it ended over later saves, through a rename and the loss of the session', () => {
    const ended = claude('conv-api', { at: clock(5), killed: false });
    const once = next(before, observed([seen('api', idle)]));
    const renamed = next(once, observed([seen('back', idle)]), { oomKilled: true }, clock(10));
    expect(panesOf(find(renamed, 'back'))[0]?.conversation).toEqual(ended);
    const lost = next(renamed, deadServer, {}, clock(15));
    expect(panesOf(find(lost, 'back'))[0]?.conversation).toEqual(ended);
  });

  test('is running again when it runs again in that pane', () => {
    const after = next(next(before, observed([seen('api', idle)])), observed([seen('api', api)]));
    expect(panesOf(find(after, 'api'))[0]?.conversation).toEqual(claude('conv-api'));
  });

  test('is no more offered there when it runs elsewhere, even where nothing is managed', () => {
    const ended = next(before, observed([seen('api', idle)]));
    for (const managed of [true, false]) {
      const other = seen('other', { tmuxId: '$5', holding: [claude('conv-api')], managed });
      expect(panesOf(find(next(ended, observed([seen('api', idle), other])), 'api'))[0]?.conversation).toBeNull();
    }
  });

  test('gives way to the conversation that runs in its pane now', () => {
    const after = next(before, observed([seen('api', { tmuxId: '$1', holding: [claude('next')] })]));
    expect(panesOf(find(after, 'api'))[0]?.conversation).toEqual(claude('next'));
  });

  test('stays with its pane when panes are moved', () => {
    const pair = { tmuxId: '$1', holding: [claude('one'), null] };
    const [first, second] = panesOf(seen('api', { tmuxId: '$1', holding: [null, null] }));
    const [window] = seen('api', idle).windows;
    if (first === undefined || second === undefined || window === undefined) throw new Error('two panes wanted');
    const swapped = {
      ...window,
      options: [],
      panes: [
        { ...second, index: 0 },
        { ...first, index: 1 },
      ],
    };
    const after = next(manifest([live('api', pair)]), observed([seen('api', { tmuxId: '$1', windows: [swapped] })]));
    expect(panesOf(find(after, 'api')).map((pane) => pane.conversation?.id)).toEqual([undefined, 'one']);
  });

  test('is still offered when its session was lost and is live again under its name', () => {
    const ended = claude('done', { at: clock(0), killed: false });
    const lost = manifest([gone('api', 'server-died', { holding: [claude('conv-api'), ended] })]);
    const after = next(lost, observed([seen('api', { tmuxId: '$6', holding: [claude('conv-api'), null] })], serverB));
    expect(panesOf(find(after, 'api')).map((pane) => pane.conversation)).toEqual([claude('conv-api'), ended]);
  });

  test('moves to any idle pane where its own is taken or missing', () => {
    const [one, two] = [exited('one'), exited('two')];
    const lost = manifest([gone('api', 'server-died', { holding: [one, null, two] })]);
    const after = next(lost, observed([seen('api', { tmuxId: '$6', holding: [claude('new'), null, null] })], serverB));
    expect(panesOf(find(after, 'api')).map((pane) => pane.conversation)).toEqual([claude('new'), one, two]);
  });

  test('takes no pane in which an agent runs, though nobody knows its conversation', () => {
    const session = seen('api', { tmuxId: '$6' });
    const agent: PaneAgent = {
      name: 'claude',
      version: null,
      process: null,
      found: { kind: 'unidentified', reason: 'two could be meant' },
      launch: { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: '/home/emo' },
      wrapper: null,
    };
    const windows = session.windows.map((one) => ({ ...one, panes: one.panes.map((pane) => ({ ...pane, agent })) }));
    const lost = manifest([gone('api', 'server-died', { holding: [exited('one')] })]);
    const after = next(lost, observed([{ ...session, windows }], serverB));
    expect(panesOf(find(after, 'api'))).toMatchObject([{ conversation: null, agent }]);
  });

  test('still counts when its session is made anew by an older entry that lost it in a crash', () => {
    const both = gone('api', 'server-died', { holding: [claude('one'), claude('two')], lastSeenAt: clock(-9) });
    const later = gone('api', 'server-died', { holding: [exited('two')], lastSeenAt: clock(-5) });
    const observation = observed([seen('api', { tmuxId: '$6', holding: [claude('one'), null] })], serverB);
    const after = next(manifest([both, later]), observation);
    expect(planUser(situation(after.sessions, { observation }))).toMatchObject([
      { action: 'live' },
      { action: 'hold', reason: 'its conversation is live in api' },
    ]);
  });

  test('is not offered in a session that is live again while it runs elsewhere', () => {
    const ended = claude('done', { at: clock(0), killed: false });
    const lost = manifest([gone('notes', 'server-died', { holding: [ended] })]);
    const after = next(lost, observed([seen('notes'), seen('other', { tmuxId: '$5', holding: [claude('done')] })]));
    expect(after.sessions.map(conversations)).toEqual([[], ['done']]);
  });

  test('keeps a gone entry apart when it was killed, for it is to be started again', () => {
    const killed = claude('conv-api', { at: clock(0), killed: true });
    const after = next(manifest([gone('api', 'killed', { holding: [killed] })]), observed([seen('api')]));
    expect(standing(after)).toEqual(['api live', 'api gone killed']);
  });

  test('lets two lost namesakes that are both back offer what had ended in them', () => {
    const [one, two] = ['one', 'two'].map((id) => claude(id, { at: clock(0), killed: false }));
    const lost = manifest([
      gone('api', 'closed', { holding: [one ?? null, null], lastSeenAt: clock(-5) }),
      gone('api', 'server-died', { holding: [null, two ?? null], lastSeenAt: clock(-9) }),
    ]);
    const after = next(lost, observed([seen('api', { tmuxId: '$6', holding: [null, null] })]));
    expect(after.sessions.map(conversations)).toEqual([['one', 'two']]);
  });
});

function exited(id: string): Conversation {
  return claude(id, { at: clock(0), killed: false });
}
