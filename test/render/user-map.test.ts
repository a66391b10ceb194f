import { describe, expect, test } from 'vitest';
import { defaultPolicy, defaultStartPolicy, type RosterUser } from '../../src/core/roster.ts';
import { formatUserMap } from '../../src/render/user-map.ts';

function user(name: string, logins: RosterUser['logins'], parked = false): RosterUser {
  return { name, logins, parked, isAdmin: false, mistake: null, policy: defaultPolicy };
}

describe('the user map', () => {
  test('has a line for each login in roster order, parked users included', () => {
    const users = [
      user('wizard', [
        { name: 'vbarzin', cwd: null },
        { name: 'admin', cwd: '/srv/a b' },
      ]),
      user('nobody', []),
      user('anca', [{ name: 'anca', cwd: null }], true),
    ];
    expect(formatUserMap({ path: null, start: defaultStartPolicy, users })).toBe(
      'vbarzin=wizard\nadmin=wizard:/srv/a b\nanca=anca\n',
    );
  });

  test('of nobody is empty', () => {
    expect(formatUserMap({ path: null, start: defaultStartPolicy, users: [] })).toBe('');
  });
});
