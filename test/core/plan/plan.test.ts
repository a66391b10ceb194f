import { describe, expect, test } from 'vitest';
import { candidatesOf } from '../../../src/core/plan/candidate.ts';
import { type UserSituation } from '../../../src/core/plan/plan-user.ts';
import { plan, type PlannedUser } from '../../../src/core/plan/plan.ts';
import {
  claude,
  clock,
  deadServer,
  gone,
  live,
  manifest,
  observed,
  seen,
  situation,
  unreadable,
} from '../../support/builders.ts';
import { noUnits } from '../../../src/core/units/units.ts';
import { plannedFor, rosterUser, select } from '../../support/planning.ts';

const api = { holding: [claude('conv-api')] };

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
      summary: { create: 1, conflict: 0, hold: 1, live: 1, units: 0 },
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
    const facts = { candidates, observation: observed([seen('api')]) };
    expect(planFor([user('emo', facts)])).toMatchObject({
      pending: false,
      summary: { create: 0, conflict: 1, hold: 1, live: 1, units: 0 },
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
      const actions = plannedFor(order, { observation: observed([seen('b')]) });
      expect(actions.map(({ candidate }) => [candidate.session.name, candidate.session.lastSeenAt])).toEqual(expected);
    }
  });

  test('is the same for the same input, to the byte', () => {
    expect(JSON.stringify(planFor([lost, dark]))).toBe(JSON.stringify(planFor([lost, dark])));
  });

  test('passes diagnostics on', () => {
    const warning = { severity: 'warning', code: 'x', user: null, message: 'something is odd' } as const;
    expect(
      plan({
        host: 'h',
        now: clock(0),
        roster: { path: '/r', users: 0 },
        givenOptions: [],
        recordsKeeper: 'invoker',
        users: [],
        units: noUnits,
        diagnostics: [warning],
      }),
    ).toEqual({
      host: 'h',
      createdAt: clock(0),
      roster: { path: '/r', users: 0 },
      givenOptions: [],
      recordsKeeper: 'invoker',
      users: [],
      units: noUnits,
      diagnostics: [warning],
      summary: { create: 0, resume: 0, conflict: 0, hold: 0, live: 0, units: 0 },
      pending: false,
      complete: true,
    });
  });
});

function user(name: string, overrides: Partial<UserSituation>): PlannedUser {
  return {
    ...situation([], { rosterUser: { ...rosterUser(), name }, ...overrides }),
    home: `/home/${name}`,
    snapshot: null,
    configFiles: null,
  };
}

function planFor(users: readonly PlannedUser[]): ReturnType<typeof plan> {
  const roster = { path: null, users: users.length };
  return plan({
    host: 'devvm',
    now: clock(5),
    roster,
    givenOptions: [],
    recordsKeeper: 'invoker',
    users,
    units: noUnits,
    diagnostics: [],
  });
}
