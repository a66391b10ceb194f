import { describe, expect, test } from 'vitest';
import type { Boot } from '../../../src/core/boot.ts';
import { isWorthASnapshot } from '../../../src/core/record/is-worth-a-snapshot.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { claude, clock, deadServer, gone, live, manifest, observed, seen, serverB } from '../../support/builders.ts';
import { conversations, find, next, standing } from '../../support/recording.ts';

const api = { tmuxId: '$1', holding: [claude('conv-api')] };
const notes = { tmuxId: '$2' };
const web = { tmuxId: '$3', holding: [claude('conv-web')] };
const three = manifest([live('api', api), live('notes', notes), live('web', web)]);
const all = observed([seen('api', api), seen('notes', notes), seen('web', web)]);

describe('a session that lives on', () => {
  test('is seen again, with its structure of now', () => {
    const after = next(three, observed([seen('notes', { ...notes, path: '/srv' })]));
    expect(find(after, 'notes')).toEqual(live('notes', { ...notes, path: '/srv', lastSeenAt: clock(5) }));
  });

  const hands: readonly (readonly [string, Partial<Boot>, Observation])[] = [
    ['reads another boot id while its server lives', { bootId: 'boot-2' }, all],
    ['may not see when PID 1 started', { initStartTime: null }, all],
    ['may not see when PID 1 started, after the server ended', { initStartTime: null }, deadServer],
  ];

  test.each(hands)('makes no other record for whoever %s', (_, seenBy, observation) => {
    const before = next(three, observation);
    const after = next(before, observation, seenBy);
    expect(after).toEqual(before);
    expect(isWorthASnapshot(before, after)).toBe(false);
  });

  test('is said to be of the boot that is known best, once', () => {
    const old = manifest(three.sessions, { bootId: 'of-a-sandbox', initStartTime: null });
    const first = next(old, all);
    expect(first).toMatchObject({ bootId: 'boot-1', initStartTime: '7' });
    expect(standing(next(first, deadServer))).toEqual([
      'api gone server-died',
      'notes gone server-died',
      'web gone server-died',
    ]);
  });

  test('is joined by a new one', () => {
    const after = next(
      three,
      observed([seen('api', api), seen('notes', notes), seen('web', web), seen('new', { tmuxId: '$4' })]),
    );
    expect(standing(after)).toEqual(['api live', 'new live', 'notes live', 'web live']);
  });

  test('keeps its identity through a rename on the same server', () => {
    const after = next(manifest([live('api', api)]), observed([seen('backend', api)]));
    expect(standing(after)).toEqual(['backend live']);
  });

  test('keeps its identity when two swap their names', () => {
    const after = next(manifest([live('api', api), live('web', web)]), observed([seen('web', api), seen('api', web)]));
    expect(after.sessions.map((entry) => [entry.name, entry.tmuxId, conversations(entry)])).toEqual([
      ['api', '$3', ['conv-web']],
      ['web', '$1', ['conv-api']],
    ]);
  });

  test('is another one when the same tmux id is used by another server', () => {
    const after = next(manifest([live('api', api)]), observed([seen('other', { tmuxId: '$1' })], serverB));
    expect(standing(after)).toEqual(['api gone server-stopped', 'other live']);
  });

  test('takes in a gone plain session when it is renamed to its name', () => {
    const before = manifest([gone('notes', 'closed'), live('draft', notes)]);
    expect(standing(next(before, observed([seen('notes', notes)])))).toEqual(['notes live']);
  });

  test('does not take in a gone conversation when it is renamed to its name', () => {
    const before = manifest([gone('api', 'server-died', api), live('draft', notes)]);
    expect(standing(next(before, observed([seen('api', notes)])))).toEqual(['api live', 'api gone server-died']);
  });

  test('keeps the windows of a group with one of its members', () => {
    const member = { tmuxId: '$9', sharesWindowsOf: 'api', windows: [] };
    const before = manifest([live('api', api), live('view', member)]);
    const both = next(before, observed([seen('api', api), seen('view', member)]));
    expect(both.sessions).toEqual(before.sessions.map((entry) => ({ ...entry, lastSeenAt: clock(5) })));
    expect(next(both, deadServer).sessions.map((entry) => [entry.name, entry.cause, entry.sharesWindowsOf])).toEqual([
      ['api', 'server-died', null],
      ['view', 'server-died', 'api'],
    ]);
  });

  test('holds the conversations of both panes', () => {
    const two = { tmuxId: '$1', holding: [claude('one'), claude('two')] };
    const lost = next(next(null, observed([seen('pair', two)])), deadServer);
    expect(conversations(find(lost, 'pair'))).toEqual(['one', 'two']);
  });
});

describe('a name is not a conversation', () => {
  const lost = manifest([gone('api', 'server-died', api), gone('notes', 'server-died', notes)]);

  test('a gone plain session is live again when its name is', () => {
    expect(standing(next(lost, observed([seen('notes')])))).toEqual(['api gone server-died', 'notes live']);
  });

  test('a gone conversation stays gone beside a new live one of its name', () => {
    const after = next(lost, observed([seen('api', { holding: [claude('new')] })]));
    expect(standing(after)).toEqual(['api live', 'api gone server-died', 'notes gone server-died']);
    expect(after.sessions.map(conversations)).toEqual([['new'], ['conv-api'], []]);
  });

  test('the same happens to one that was live when the server was replaced', () => {
    const after = next(three, observed([seen('api', { holding: [claude('new')] })], serverB));
    expect(standing(after)).toEqual([
      'api live',
      'api gone server-died',
      'notes gone server-died',
      'web gone server-died',
    ]);
  });

  test('it is live again when its conversation runs under its name', () => {
    const after = next(lost, observed([seen('api', { holding: [null, claude('conv-api')] })]));
    expect(standing(after)).toEqual(['api live', 'notes gone server-died']);
  });

  test('an id of another agent is another conversation', () => {
    const after = next(lost, observed([seen('api', { holding: [{ ...claude('conv-api'), agent: 'codex' }] })]));
    expect(standing(after)).toContain('api gone server-died');
  });

  test('it stays gone until all of its conversations are back', () => {
    const pair = manifest([gone('pair', 'killed', { holding: [claude('one'), claude('two')] })]);
    expect(standing(next(pair, observed([seen('pair', { holding: [claude('two')] })])))).toEqual([
      'pair live',
      'pair gone killed',
    ]);
    expect(standing(next(pair, observed([seen('pair', { holding: [claude('two'), claude('one')] })])))).toEqual([
      'pair live',
    ]);
  });

  test('it stays in the record when its conversation is live under another name', () => {
    const after = next(lost, observed([seen('elsewhere', api)]));
    expect(standing(after)).toEqual(['api gone server-died', 'elsewhere live', 'notes gone server-died']);
  });
});

describe('an opted-out session', () => {
  const before = manifest([live('api', api), live('notes', notes)]);
  const optedOut = observed([seen('api', { ...api, managed: false }), seen('notes', { ...notes, managed: false })]);

  test('leaves the live ones as forgotten, and stays so', () => {
    const after = next(before, optedOut);
    expect(standing(after)).toEqual(['api gone forgotten', 'notes gone forgotten']);
    expect(find(after, 'api')).toMatchObject({ goneAt: clock(5), lastSeenAt: clock(5) });
    expect(next(after, optedOut, {}, clock(10)).sessions).toEqual(after.sessions);
  });

  test('is live again when it is opted in again', () => {
    const after = next(next(before, optedOut), observed([seen('api', api), seen('notes', notes)]));
    expect(standing(after)).toEqual(['api live', 'notes live']);
  });

  test('is forgotten under the name it was given meanwhile, whoever has the old one now', () => {
    const renamed = observed([seen('notes', { tmuxId: '$8' }), seen('draft', { ...notes, managed: false })]);
    const after = next(manifest([live('notes', notes)]), renamed);
    expect(standing(after)).toEqual(['draft gone forgotten', 'notes live']);
    expect(standing(next(after, renamed, {}, clock(10)))).toEqual(['draft gone forgotten', 'notes live']);
  });

  test('stays forgotten when the server dies', () => {
    expect(standing(next(next(before, optedOut), deadServer))).toEqual(['api gone forgotten', 'notes gone forgotten']);
  });

  test('that was never managed is not recorded', () => {
    expect(next(null, optedOut).sessions).toEqual([]);
  });

  test('does not stand for a closed namesake', () => {
    const after = next(manifest([live('notes', notes)]), observed([seen('notes', { tmuxId: '$8', managed: false })]));
    expect(standing(after)).toEqual(['notes gone closed']);
  });
});
