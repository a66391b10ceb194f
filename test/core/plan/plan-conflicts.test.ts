import { describe, expect, test } from 'vitest';
import { isPending } from '../../../src/core/plan/action.ts';
import { candidatesOf } from '../../../src/core/plan/candidate.ts';
import { claude, clock, gone, live, manifest, observed, seen, selected } from '../../support/builders.ts';
import { kinds, named, plannedFor, select, started } from '../../support/planning.ts';

const api = { holding: [claude('conv-api')] };

describe('a name that is live without the conversation', () => {
  const entries = [live('api'), gone('api', 'server-died', { ...api, lastSeenAt: '2026-11-20T14:02:31.000Z' })];
  const taken = { observation: observed([seen('api')]) };
  const conflict = { action: 'conflict', as: 'api-1402', reason: 'its name is live without its conversation' };

  test('is a conflict that nobody acts on', () => {
    expect(plannedFor(entries, taken)).toMatchObject([
      { action: 'live' },
      { ...conflict, acts: false, selector: 'api' },
    ]);
  });

  test.each([
    ['it is named', named(entries, 'api')[1], true],
    ['all is asked for', { selection: select({ all: true }) }, true],
    ['conflicts are to be brought back beside', { selection: select({ besideConflicts: true }) }, true],
    ['its cause is included', { selection: select({ include: ['server-died'] }) }, false],
    ['another session is named', { selection: select({ sessions: ['x'], besideConflicts: true, all: true }) }, false],
  ] as const)('when %s', (_title, asked, acts) => {
    const [, action] = plannedFor(entries, { ...asked, ...taken });
    expect(action).toMatchObject({ ...conflict, acts, conversation: { id: 'conv-api' } });
    expect(action !== undefined && isPending(action)).toBe(acts);
  });

  test('brings back a shell of that name, too, along with the conversation, when all is asked for', () => {
    const shell = gone('api', 'server-died', { lastSeenAt: '2026-11-20T15:07:00.000Z' });
    const asked = { ...taken, selection: select({ all: true }) };
    expect(plannedFor([...entries, shell], asked).slice(1)).toMatchObject([
      { action: 'conflict', as: 'api-1507', acts: true },
      { ...conflict, acts: true },
    ]);
    expect(plannedFor([...entries, shell], taken).slice(1)).toMatchObject([{ action: 'hold' }, { acts: false }]);
  });

  test('brings back beside only what would come back', () => {
    const closed = [live('api'), gone('api', 'closed', api)];
    const beside = { besideConflicts: true };
    expect(plannedFor(closed, { ...taken, selection: select(beside) })[1]).toMatchObject({ acts: false });
    const included = select({ ...beside, include: ['closed'] });
    expect(plannedFor(closed, { ...taken, selection: included })[1]).toMatchObject({ acts: true });
    const forgotten = [live('api'), gone('api', 'forgotten', api)];
    expect(plannedFor(forgotten, { ...taken, selection: select({ ...beside, all: true }) })[1]).toMatchObject({
      acts: false,
    });
  });

  test('keeps its conversation from nobody while nobody acts on it', () => {
    expect(plannedFor([live('api'), gone('api', 'reboot', api), gone('b', 'reboot', api)], taken)).toMatchObject([
      { action: 'live' },
      { action: 'conflict', acts: false },
      { action: 'create', as: 'b' },
    ]);
  });

  test('takes the next free name where the one with the time is live', () => {
    const observation = observed([seen('api'), seen('api-1402', { managed: false }), seen('api-1402-2')]);
    expect(plannedFor(entries, { observation })[1]).toMatchObject({ as: 'api-1402-3' });
  });

  test('leaves a name that a gone session would come back to', () => {
    const waiting = [...entries, gone('api-1402', 'server-died')];
    expect(plannedFor(waiting, { ...taken, selection: select({ all: true }) })).toMatchObject([
      { action: 'live' },
      { as: 'api-1402-2', acts: true },
      { action: 'create', as: 'api-1402' },
    ]);
  });

  test('gives two that are brought back beside two names', () => {
    const second = gone('api', 'killed', { holding: [claude('two')], lastSeenAt: '2026-11-19T14:02:59.000Z' });
    expect(plannedFor([...entries, second], { ...taken, selection: select({ all: true }) })).toMatchObject([
      { action: 'live' },
      { as: 'api-1402', conversation: { id: 'conv-api' }, selector: 'conv-api' },
      { as: 'api-1402-2', conversation: { id: 'two' }, selector: 'two' },
    ]);
  });

  test('is taken by a session that is not managed too', () => {
    const [, lost] = entries;
    if (lost === undefined) throw new Error('an entry was wanted');
    expect(kinds([lost], { observation: observed([seen('api', { managed: false })]) })).toEqual(['conflict']);
  });

  test('is a conflict for a shell, too, which comes back beside when it is asked for', () => {
    const observation = observed([seen('notes', { managed: false })]);
    const [, asked] = named([gone('notes', 'reboot')], 'notes');
    for (const [acts, overrides] of [
      [false, {}],
      [true, asked],
      [true, { selection: select({ all: true }) }],
    ] as const) {
      expect(plannedFor([gone('notes', 'reboot')], { ...overrides, observation })).toMatchObject([
        { action: 'conflict', acts, reason: 'another session has its name', selector: 'notes' },
      ]);
    }
  });

  test('holds a shell that somebody closed', () => {
    const observation = observed([seen('notes')]);
    expect(plannedFor([gone('notes', 'closed')], { observation })).toMatchObject([
      { action: 'hold', selector: 'notes' },
    ]);
  });
});

describe('one conversation belongs to one pane', () => {
  const lost = gone('api', 'reboot', api);

  test('a lost session whose conversation is live elsewhere is held, and says where', () => {
    for (const observation of [observed([seen('b', api)]), observed([seen('b', { ...api, managed: false })])]) {
      for (const overrides of [{}, { selection: select({ all: true }) }, named([lost], 'api')[1]]) {
        expect(plannedFor([lost], { ...overrides, observation })).toMatchObject([
          { action: 'hold', reason: 'its conversation is live in b', selector: null },
        ]);
      }
    }
  });

  test('of two live sessions that hold it the first by name is told, in whichever order they are seen', () => {
    for (const sessions of [
      ['b', 'c'],
      ['c', 'b'],
    ]) {
      const observation = observed(sessions.map((name) => seen(name, api)));
      expect(plannedFor([lost], { observation })).toMatchObject([{ reason: 'its conversation is live in b' }]);
    }
  });

  test('a pane whose conversation is live elsewhere comes back as a shell beside the others', () => {
    const pair = gone('pair', 'reboot', { holding: [claude('conv-api'), claude('two')] });
    const [action] = plannedFor([pair], { observation: observed([seen('b', api)]) });
    expect(action).toMatchObject({ action: 'create' });
    expect(started(action)).toEqual([null, 'two']);
  });

  test('of two lost sessions that held it the later is created, and only that', () => {
    const entries = [
      gone('early', 'reboot', { ...api, lastSeenAt: clock(-9) }),
      gone('late', 'reboot', { ...api, lastSeenAt: clock(-3) }),
    ];
    for (const order of [entries, entries.toReversed()]) {
      expect(plannedFor(order)).toMatchObject([
        { action: 'hold', reason: 'its conversation comes back in late' },
        { action: 'create', as: 'late' },
      ]);
    }
  });

  test('of two lost at the same moment one is created', () => {
    expect(plannedFor([gone('b', 'reboot', api), gone('a', 'reboot', api)])).toMatchObject([
      { action: 'create', as: 'a' },
      { action: 'hold', reason: 'its conversation comes back in a' },
    ]);
  });

  test('of one that was asked for and a later one the first is created', () => {
    const entries = [
      gone('early', 'reboot', { ...api, lastSeenAt: clock(-9) }),
      gone('late', 'reboot', { ...api, lastSeenAt: clock(-3) }),
    ];
    const candidates = candidatesOf(manifest(entries)).map((one) =>
      one.session.name === 'early' ? selected(one) : one,
    );
    expect(plannedFor([], { candidates })).toMatchObject([
      { action: 'create', as: 'early', conversation: { id: 'conv-api' } },
      { action: 'hold', reason: 'its conversation comes back in early' },
    ]);
  });

  test.each(['closed', 'forgotten'] as const)(
    'what was %s elsewhere later does not come back where it was lost',
    (cause) => {
      const entries = [
        gone('lost', 'server-died', { ...api, lastSeenAt: clock(-9) }),
        gone('shut', cause, { ...api, lastSeenAt: clock(-3) }),
      ];
      expect(plannedFor(entries)).toMatchObject([
        { action: 'hold', reason: 'its conversation was last in shut', selector: 'lost' },
        { action: 'hold', selector: 'shut' },
      ]);
      expect(plannedFor(...named(entries, 'lost'))).toMatchObject([
        { action: 'create', as: 'lost' },
        { action: 'hold' },
      ]);
    },
  );

  test('what ended in a live session later does not come back where it was lost', () => {
    const ended = live('now', { holding: [claude('conv-api', { at: clock(0), killed: false })] });
    expect(plannedFor([lost, ended], { observation: observed([seen('now')]) })).toMatchObject([
      { action: 'hold', reason: 'its conversation was last in now' },
      { action: 'live' },
    ]);
  });

  test('what ended elsewhere earlier comes back where it was lost', () => {
    const ended = gone('old', 'closed', {
      holding: [claude('conv-api', { at: clock(-30), killed: false })],
      lastSeenAt: clock(-30),
    });
    expect(kinds([lost, ended])).toEqual(['create', 'hold']);
  });

  test('two panes of one session that held it give one that starts it and a shell', () => {
    const [action] = plannedFor([gone('twice', 'reboot', { holding: [claude('one'), claude('one')] })]);
    expect(started(action)).toEqual(['one', null]);
  });

  test('the same id of another agent is another conversation', () => {
    const codex = { holding: [{ ...claude('conv-api'), agent: 'codex' }] };
    expect(kinds([lost, gone('b', 'reboot', codex)], { observation: observed([seen('c')]) })).toEqual([
      'create',
      'create',
    ]);
    expect(kinds([lost], { observation: observed([seen('b', codex)]) })).toEqual(['create']);
  });
});

describe('two lost sessions of one name', () => {
  const early = gone('api', 'reboot', { holding: [claude('early')], lastSeenAt: clock(-9) });
  const late = gone('api', 'reboot', { holding: [claude('late')], lastSeenAt: clock(-3) });

  test('the later gets the name, the other is in conflict with it', () => {
    for (const entries of [
      [early, late],
      [late, early],
    ]) {
      expect(plannedFor(entries)).toMatchObject([
        { action: 'create', as: 'api', conversation: { id: 'late' } },
        { action: 'conflict', acts: false, conversation: { id: 'early' }, selector: 'early' },
      ]);
    }
  });

  test('a conversation gets the name before a later shell', () => {
    expect(plannedFor([early, gone('api', 'reboot', { lastSeenAt: clock(-1) })])).toMatchObject([
      { action: 'hold', reason: 'another session has its name' },
      { action: 'create', conversation: { id: 'early' } },
    ]);
  });

  test('the asked for gets the name before the later', () => {
    const candidates = candidatesOf(manifest([late, early])).map((one) =>
      one.session === early ? selected(one) : one,
    );
    expect(plannedFor([], { candidates })).toMatchObject([
      { action: 'conflict', acts: false, conversation: { id: 'late' } },
      { action: 'create', as: 'api', conversation: { id: 'early' } },
    ]);
  });

  test('each is told by a conversation that means it alone, and by nothing where there is none', () => {
    const entries = [
      gone('api', 'closed', { holding: [claude('early'), claude('shared')], lastSeenAt: clock(-9) }),
      gone('api', 'closed', { holding: [claude('shared')], lastSeenAt: clock(-3) }),
      gone('api', 'closed', { lastSeenAt: clock(-1) }),
    ];
    expect(plannedFor(entries)).toMatchObject([{ selector: null }, { selector: 'shared' }, { selector: 'early' }]);
  });
});

test('of two lost shells of one name one comes back under it, and the other beside when conflicts are asked for', () => {
  const entries = [
    gone('c', 'server-died', { tmuxId: '$1', lastSeenAt: clock(-9) }),
    gone('c', 'server-died', { tmuxId: '$2', lastSeenAt: clock(-5) }),
  ];
  const asked = plannedFor(entries, { selection: select({ besideConflicts: true }) });
  expect(asked.map((action) => ('as' in action ? action.as : action.action)).toSorted()).toEqual(['c', 'c-1151']);
  expect(kinds(entries).toSorted()).toEqual(['create', 'hold']);
});

describe('a session that shared the windows of another', () => {
  const owner = gone('a', 'server-died', { tmuxId: '$1', holding: [null, null] });
  const member = gone('b', 'server-died', { tmuxId: '$2', sharesWindowsOf: 'a', sharedWindow: 0, windows: [] });
  const stranger = live('a', { tmuxId: '$8' });
  const taken = { observation: observed([seen('a', { tmuxId: '$8' })]) };

  test('joins it again when both come back', () => {
    expect(plannedFor([owner, member], {})).toMatchObject([
      { action: 'create', as: 'a', joins: null },
      { action: 'create', as: 'b', joins: 'a' },
    ]);
  });

  test('waits while a stranger has the name: no session that a person made is drawn into a group', () => {
    expect(plannedFor([stranger, owner, member], taken)).toMatchObject([
      { action: 'live' },
      { action: 'conflict', acts: false },
      { action: 'hold', reason: 'it shares the windows of a, and another session has that name' },
    ]);
  });

  test('joins it under the name that it gets beside the stranger', () => {
    const both = { ...taken, selection: select({ besideConflicts: true }) };
    const [, conflict, joining] = plannedFor([stranger, owner, member], both);
    expect(conflict).toMatchObject({ action: 'conflict', acts: true });
    const as = conflict?.action === 'conflict' ? conflict.as : '';
    expect(as).toMatch(/^a-\d{4}$/);
    expect(joining).toMatchObject({ action: 'create', as: 'b', joins: as });
  });

  test('joins the one that lives, when that is the one', () => {
    const closed = gone('b', 'closed', { tmuxId: '$2', sharesWindowsOf: 'a', sharedWindow: 0, windows: [] });
    const [entries, asked] = named([stranger, closed], 'b');
    expect(plannedFor(entries, { ...taken, ...asked })).toMatchObject([
      { action: 'live' },
      { action: 'create', as: 'b', joins: 'a' },
    ]);
  });
});
