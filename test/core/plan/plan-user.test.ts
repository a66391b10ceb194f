import { describe, expect, test } from 'vitest';
import { isPending } from '../../../src/core/plan/action.ts';
import { candidatesFromSnapshot, candidatesOf } from '../../../src/core/plan/candidate.ts';
import { type Cause, causes } from '../../../src/core/manifest.ts';
import { planUser, type UserSituation } from '../../../src/core/plan/plan-user.ts';
import { comesBackByItself, defaultPolicy } from '../../../src/core/roster.ts';
import { claude, clock, gone, live, manifest, observed, seen, selected, situation } from '../../support/builders.ts';
import { kinds, named, plannedFor, rosterUser, select, started } from '../../support/planning.ts';

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
    expect(created.map((action) => action.candidate.session.name)).toEqual([...expected].toSorted());
  });

  test.each(causes)('%s, with --all: every one but the forgotten', (cause) => {
    const expected = cause === 'forgotten' ? 'hold' : 'create';
    expect(kinds([gone('api', cause, api)], { selection: select({ all: true }) })).toEqual([expected]);
  });

  test.each(causes)('%s, when it is named', (cause) => {
    expect(kinds(...named([gone('api', cause, api)], 'api'))).toEqual(['create']);
  });

  test('the forgotten never come back by themselves', () => {
    expect(comesBackByItself('forgotten', defaultPolicy)).toBe(false);
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
        links: [],
        joins: null,
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

  test('shows the active pane of the active window', () => {
    const windows = [0, 1].flatMap((index) =>
      gone('api', 'reboot', { holding: [null, claude(`in-${index}`)] }).windows.map((window) => ({
        ...window,
        index,
        active: index === 1,
        panes: window.panes.map((pane) => ({ ...pane, cwd: `/w${index}p${pane.index}` })),
      })),
    );
    expect(plannedFor([gone('api', 'reboot', { windows })])).toMatchObject([
      { cwd: '/w1p0', conversation: { id: 'in-0' } },
    ]);
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
        plannedFor([live('api', api)], { rosterUser: user, observation: observed([seen('api', api)]) }),
      ).toMatchObject([{ action: 'live', reason: 'it is running', conversation: { id: 'conv-api' } }]);
    }
    const [entries, overrides] = named([live('api', api)], 'api');
    expect(kinds(entries, { ...overrides, observation: observed([seen('api', api)]) })).toEqual(['live']);
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

  test('that had exited is not missed where another session has its name', () => {
    const entry = gone('api', 'reboot', { holding: [claude('done', { at: clock(0), killed: false })] });
    expect(plannedFor([entry], { observation: observed([seen('api')]) })).toMatchObject([
      { action: 'conflict', acts: false, reason: 'another session has its name' },
    ]);
  });
});
