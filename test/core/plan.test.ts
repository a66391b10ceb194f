import { describe, expect, test } from 'vitest';
import { isPending, type Action } from '../../src/core/action.ts';
import { candidatesFromSnapshot, candidatesOf } from '../../src/core/candidate.ts';
import { causes, type Cause } from '../../src/core/cause.ts';
import { panesOf, type SessionEntry } from '../../src/core/manifest.ts';
import type { ObservedSession } from '../../src/core/observation.ts';
import { planUser, type UserSituation } from '../../src/core/plan-user.ts';
import { plan, type PlannedUser } from '../../src/core/plan.ts';
import { defaultPolicy, type Policy, type RosterUser } from '../../src/core/roster.ts';
import { nothingSelected, type Selection } from '../../src/core/selection.ts';
import {
  claude,
  clock,
  deadServer,
  gone,
  live,
  manifest,
  observed,
  seen,
  selected,
  situation,
  unreadable,
} from '../support/builders.ts';

const api = { holding: [claude('conv-api')] };

describe('which causes come back', () => {
  const automatic: readonly Cause[] = ['reboot', 'server-died', 'killed'];

  test.each(causes)('%s, as the roster leaves it', (cause) => {
    const expected = automatic.includes(cause) ? 'create' : 'hold';
    expect(kinds([gone('api', cause, api), gone('notes', cause)])).toEqual([expected, expected]);
  });

  test.each(causes)('%s, when the roster says the opposite', (cause) => {
    const restore = {
      reboot: 'manual',
      'server-died': 'manual',
      killed: 'manual',
      'server-stopped': 'automatic',
      closed: 'automatic',
    } as const;
    const expected = automatic.includes(cause) || cause === 'forgotten' ? 'hold' : 'create';
    expect(kinds([gone('api', cause, api)], { rosterUser: rosterUser({}, { restore }) })).toEqual([expected]);
  });

  test.each(causes)('%s, when it alone is included', (cause) => {
    const entries = causes.map((each) => gone(each, each));
    const created = plannedFor(entries, { selection: select({ include: [cause] }) }).filter(isPending);
    const expected = new Set<Cause>([...automatic, ...(cause === 'forgotten' ? [] : [cause])]);
    expect(created.map((action) => action.as)).toEqual([...expected].toSorted());
  });

  test.each(causes)('%s, with --all: every one but the forgotten', (cause) => {
    const expected = cause === 'forgotten' ? 'hold' : 'create';
    expect(kinds([gone('api', cause, api)], { selection: select({ all: true }) })).toEqual([expected]);
  });

  test.each(causes)('%s, when it is named', (cause) => {
    expect(kinds(...named([gone('api', cause, api)], 'api'))).toEqual(['create']);
  });

  test('what only an older snapshot holds comes back when it is asked for, not with --all', () => {
    const [candidate] = candidatesFromSnapshot('20261119T1', manifest([live('api', api)]), null);
    if (candidate === undefined) throw new Error('a candidate was wanted');
    const unasked = planUser(situation([], { candidates: [candidate], selection: select({ all: true }) }));
    expect(unasked).toMatchObject([{ action: 'hold', reason: 'only an older snapshot holds it', selector: 'api' }]);
    const asked = planUser(situation([], { candidates: [selected(candidate)] }));
    expect(asked).toMatchObject([{ action: 'create', reason: 'only snapshot 20261119T1 holds it; it was selected' }]);
  });
});

describe('the reason of an action', () => {
  test.each([
    ['reboot', 'the host rebooted'],
    ['server-died', 'its tmux server died'],
    ['killed', 'it was killed for lack of memory'],
    ['server-stopped', 'its tmux server was stopped'],
    ['closed', 'it was closed'],
    ['forgotten', 'it was forgotten'],
  ] as const)('tells the cause: %s', (cause, words) => {
    const [whole] = plannedFor([gone('api', cause)]);
    expect(whole?.reason).toBe(whole?.action === 'create' ? words : `${words}; it comes back when it is named`);
    expect(plannedFor(...named([gone('api', cause)], 'api'))[0]?.reason).toBe(`${words}; it was selected`);
  });
});

describe('a session that comes back', () => {
  test('is created under its name, in the directory it showed, with its conversations', () => {
    const entry = gone('pair', 'reboot', { holding: [null, claude('one')] });
    expect(plannedFor([entry])).toEqual([
      {
        action: 'create',
        candidate: candidatesOf(manifest([entry]))[0],
        as: 'pair',
        cwd: '/home/emo/code',
        conversation: claude('one'),
        windows: entry.windows,
        reason: 'the host rebooted',
      },
    ]);
  });

  test('is about the conversation that a client would be shown', () => {
    const entry = gone('pair', 'reboot', { holding: [claude('one'), claude('two')] });
    const [window] = entry.windows;
    const windows = entry.windows.map((one) => ({
      ...one,
      panes: one.panes.map((pane) => ({ ...pane, active: pane.index === 1, cwd: `/p${pane.index}` })),
    }));
    expect(window?.panes).toHaveLength(2);
    expect(plannedFor([{ ...entry, windows }])).toMatchObject([{ conversation: { id: 'two' }, cwd: '/p1' }]);
  });

  test('without any window is created in its start directory', () => {
    const entry = gone('view', 'reboot', { path: '/srv', sharesWindowsOf: 'api', windows: [] });
    expect(plannedFor([entry])).toMatchObject([{ action: 'create', cwd: '/srv', conversation: null, windows: [] }]);
  });

  test('is a shell when it held no conversation', () => {
    expect(plannedFor([gone('notes', 'reboot')])).toMatchObject([{ action: 'create', conversation: null }]);
  });
});

describe('a session that runs', () => {
  test('is live, for a parked user, under an excluded name and when it is selected too', () => {
    for (const user of [rosterUser(), rosterUser({ parked: true }), rosterUser({}, { exclude: ['*'] })]) {
      expect(
        plannedFor([live('api', api)], { rosterUser: user, observation: running(seen('api', api)) }),
      ).toMatchObject([{ action: 'live', reason: 'it is running', conversation: { id: 'conv-api' } }]);
    }
    const [entries, overrides] = named([live('api', api)], 'api');
    expect(kinds(entries, { ...overrides, observation: running(seen('api', api)) })).toEqual(['live']);
  });
});

describe('what the roster puts in the way holds, whatever was selected', () => {
  const table: readonly [string, Partial<UserSituation>, string][] = [
    ['a parked user', { rosterUser: rosterUser({ parked: true }) }, 'its user is parked'],
    ['an excluded name', { rosterUser: rosterUser({}, { exclude: ['x', 'a?i*'] }) }, 'the roster excludes its name'],
    ['no account', { hasAccount: false }, 'its user has no account on this host'],
  ];

  test.each(table)('%s', (_title, barrier, reason) => {
    const [entries, asked] = named([gone('api', 'reboot', api)], 'api');
    for (const overrides of [barrier, { ...barrier, selection: select({ all: true }) }, { ...asked, ...barrier }]) {
      expect(plannedFor(entries, overrides)).toMatchObject([{ action: 'hold', reason, selector: null }]);
    }
  });

  test('even what the record has as live, when the account has gone', () => {
    expect(kinds([live('api', api)], { hasAccount: false })).toEqual(['hold']);
  });

  test('a pattern that does not match holds nothing', () => {
    expect(kinds([gone('api', 'reboot')], { rosterUser: rosterUser({}, { exclude: ['a', 'api?'] }) })).toEqual([
      'create',
    ]);
  });
});

describe('a selection restricts', () => {
  test('to what it names', () => {
    const entries = [gone('api', 'reboot', api), gone('notes', 'reboot'), gone('old', 'closed')];
    for (const more of [{}, { all: true }, { include: causes }, { besideConflicts: true }]) {
      const [, overrides] = named(entries, 'old', more);
      expect(plannedFor(entries, overrides)).toMatchObject([
        { action: 'hold', reason: 'it was not selected', selector: 'api' },
        { action: 'hold', reason: 'it was not selected', selector: 'notes' },
        { action: 'create', as: 'old' },
      ]);
    }
  });

  test('other users too, for whom it names nothing', () => {
    expect(kinds([gone('api', 'reboot')], { selection: select({ sessions: ['old'] }) })).toEqual(['hold']);
  });
});

describe('a name that is live without the conversation', () => {
  const entries = [live('api'), gone('api', 'server-died', { ...api, lastSeenAt: '2026-11-20T14:02:31.000Z' })];
  const taken = { observation: running(seen('api')) };
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

  test('takes the next free name where the one with the time is live', () => {
    const observation = running(seen('api'), seen('api-1402', { managed: false }), seen('api-1402-2'));
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
    expect(kinds([lost], { observation: running(seen('api', { managed: false })) })).toEqual(['conflict']);
  });

  test('holds a shell, which has nothing to bring back', () => {
    const observation = running(seen('notes', { managed: false }));
    const [, asked] = named([gone('notes', 'reboot')], 'notes');
    for (const overrides of [{}, asked, { selection: select({ all: true }) }]) {
      expect(plannedFor([gone('notes', 'reboot')], { ...overrides, observation })).toMatchObject([
        { action: 'hold', reason: 'its name is taken', selector: null },
      ]);
    }
  });
});

describe('one conversation belongs to one pane', () => {
  const lost = gone('api', 'reboot', api);

  test('a lost session whose conversation is live elsewhere is held, and says where', () => {
    for (const observation of [running(seen('b', api)), running(seen('b', { ...api, managed: false }))]) {
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
      const observation = running(...sessions.map((name) => seen(name, api)));
      expect(plannedFor([lost], { observation })).toMatchObject([{ reason: 'its conversation is live in b' }]);
    }
  });

  test('a pane whose conversation is live elsewhere comes back as a shell beside the others', () => {
    const pair = gone('pair', 'reboot', { holding: [claude('conv-api'), claude('two')] });
    const [action] = plannedFor([pair], { observation: running(seen('b', api)) });
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
    expect(plannedFor([lost, ended], { observation: running(seen('now')) })).toMatchObject([
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
    expect(kinds([lost, gone('b', 'reboot', codex)], { observation: running(seen('c')) })).toEqual([
      'create',
      'create',
    ]);
    expect(kinds([lost], { observation: running(seen('b', codex)) })).toEqual(['create']);
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
      { action: 'hold', reason: 'its name is taken' },
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

describe('an ended conversation', () => {
  const exited = { holding: [claude('done', { at: clock(0), killed: false }), claude('runs')] };

  test('starts again when it was killed', () => {
    const killed = claude('died', { at: clock(0), killed: true });
    const [action] = plannedFor([gone('api', 'reboot', { holding: [killed] })]);
    expect(started(action)).toEqual(['died']);
    expect(action?.conversation).toEqual(killed);
  });

  test('leaves a shell when its agent had exited', () => {
    const [action] = plannedFor([gone('api', 'reboot', exited)]);
    expect(started(action)).toEqual([null, 'runs']);
    expect(action?.conversation?.id).toBe('runs');
    expect(started(plannedFor(...named([gone('api', 'reboot', exited)], 'api'))[0])).toEqual([null, 'runs']);
  });

  test('starts again when it was asked for by its id', () => {
    const [action] = plannedFor(...named([gone('api', 'closed', exited)], 'api', {}, 'done'));
    expect(started(action)).toEqual(['done', 'runs']);
    expect(action?.conversation?.id).toBe('done');
  });

  test('that had exited makes no conflict', () => {
    const entry = gone('api', 'reboot', { holding: [claude('done', { at: clock(0), killed: false })] });
    expect(plannedFor([entry], { observation: running(seen('api')) })).toMatchObject([
      { action: 'hold', reason: 'its name is taken' },
    ]);
  });
});

describe('a plan', () => {
  const lost = user('emo', { candidates: candidatesOf(manifest([gone('api', 'reboot', api), gone('old', 'closed')])) });
  const dark = user('anca', { observation: unreadable, candidates: lost.candidates });

  test('counts its actions, user by user in their order', () => {
    const result = planFor([lost, dark, user('wizard', { candidates: candidatesOf(manifest([live('x')])) })]);
    expect(result.users.map((one) => [one.rosterUser.name, one.actions.map((action) => action.action)])).toEqual([
      ['emo', ['create', 'hold']],
      ['anca', []],
      ['wizard', ['live']],
    ]);
    expect(result).toMatchObject({
      host: 'devvm',
      createdAt: clock(5),
      roster: { path: null, users: 3 },
      summary: { create: 1, conflict: 0, hold: 1, live: 1 },
    });
  });

  test('does nothing for a user who could not be observed, and is incomplete', () => {
    expect(planFor([dark])).toMatchObject({ complete: false, pending: false, users: [{ actions: [] }] });
    expect(planFor([lost, dark])).toMatchObject({ complete: false, pending: true });
    expect(planFor([lost])).toMatchObject({ complete: true, pending: true });
    expect(planFor([user('emo', { observation: deadServer })])).toMatchObject({ complete: true, pending: false });
  });

  test('has nothing pending when all is live, held or in a conflict that nobody asked for', () => {
    const candidates = candidatesOf(manifest([live('api'), gone('api', 'reboot', api), gone('old', 'closed')]));
    const facts = { candidates, observation: running(seen('api')) };
    expect(planFor([user('emo', facts)])).toMatchObject({
      pending: false,
      summary: { create: 0, conflict: 1, hold: 1, live: 1 },
    });
    const beside = { ...facts, selection: select({ besideConflicts: true }) };
    expect(planFor([user('emo', beside)]).pending).toBe(true);
  });

  test('orders by name, the live before the gone, the later before the earlier', () => {
    const entries = [
      gone('b', 'closed', { lastSeenAt: clock(-9), goneAt: clock(-1) }),
      gone('é', 'closed'),
      gone('b', 'closed', { lastSeenAt: clock(-1) }),
      live('b'),
      gone('Z', 'closed'),
    ];
    const expected = [
      ['Z', clock(-5)],
      ['b', clock(0)],
      ['b', clock(-1)],
      ['b', clock(-9)],
      ['é', clock(-5)],
    ];
    for (const order of [entries, entries.toReversed()]) {
      const actions = plannedFor(order, { observation: running(seen('b')) });
      expect(actions.map(({ candidate }) => [candidate.session.name, candidate.session.lastSeenAt])).toEqual(expected);
    }
  });

  test('is the same for the same input, to the byte', () => {
    expect(JSON.stringify(planFor([lost, dark]))).toBe(JSON.stringify(planFor([lost, dark])));
  });

  test('passes diagnostics on', () => {
    const warning = { severity: 'warning', code: 'x', user: null, message: 'something is odd' } as const;
    expect(
      plan({ host: 'h', now: clock(0), roster: { path: '/r', users: 0 }, users: [], diagnostics: [warning] }),
    ).toEqual({
      host: 'h',
      createdAt: clock(0),
      roster: { path: '/r', users: 0 },
      users: [],
      diagnostics: [warning],
      summary: { create: 0, conflict: 0, hold: 0, live: 0 },
      pending: false,
      complete: true,
    });
  });
});

function plannedFor(entries: readonly SessionEntry[], overrides: Partial<UserSituation> = {}): readonly Action[] {
  return planUser(situation(entries, overrides));
}

function kinds(entries: readonly SessionEntry[], overrides: Partial<UserSituation> = {}): readonly string[] {
  return plannedFor(entries, overrides).map((action) => action.action);
}

/** The arguments of `plannedFor` when `--session NAME` was given. */
function named(
  entries: readonly SessionEntry[],
  name: string,
  more: Partial<Selection> = {},
  conversation: string | null = null,
): [readonly SessionEntry[], Pick<UserSituation, 'candidates' | 'selection'>] {
  const candidates = candidatesOf(manifest(entries)).map((candidate) =>
    candidate.session.name === name && !(candidate.state === 'live' && entries.length > 1)
      ? selected(candidate, conversation)
      : candidate,
  );
  return [entries, { candidates, selection: select({ ...more, sessions: [name] }) }];
}

function select(overrides: Partial<Selection>): Selection {
  return { ...nothingSelected, ...overrides };
}

function rosterUser(overrides: Partial<RosterUser> = {}, policy: Partial<Policy> = {}): RosterUser {
  return { name: 'emo', logins: [], parked: false, ...overrides, policy: { ...defaultPolicy, ...policy } };
}

function running(...sessions: readonly ObservedSession[]): UserSituation['observation'] {
  return observed(sessions);
}

function started(action: Action | undefined): readonly (string | null)[] {
  if (action?.action !== 'create' && action?.action !== 'conflict') throw new Error('an action that starts was wanted');
  return panesOf(action).map((pane) => pane.conversation?.id ?? null);
}

function user(name: string, overrides: Partial<UserSituation>): PlannedUser {
  return {
    ...situation([], { rosterUser: { ...rosterUser(), name }, ...overrides }),
    home: `/home/${name}`,
    snapshot: null,
  };
}

function planFor(users: readonly PlannedUser[]): ReturnType<typeof plan> {
  const roster = { path: null, users: users.length };
  return plan({ host: 'devvm', now: clock(5), roster, users, diagnostics: [] });
}
