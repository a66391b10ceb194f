import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPolicy, defaultStartPolicy, rosterProblemText } from '../../src/core/roster.ts';
import { formatUserMap } from '../../src/render/user-map.ts';
import { parseUserMap } from '../../src/roster/parse-user-map.ts';

function problemsOf(text: string): readonly string[] {
  return parseUserMap(text, 'map').problems.map((problem) => rosterProblemText('map', problem));
}

function usersOf(text: string) {
  return parseUserMap(text, 'map').roster?.users.map(({ name, logins }) => [name, logins]);
}

describe('a user map', () => {
  test('gives its users in the order of their first line, with comments, blank lines and directories', () => {
    const text = [
      '# authentik_user=os_user[:cwd]',
      '',
      'vbarzin=wizard',
      '  emil.barzin=emo:/home/emo/code   # the workspace',
      '\t# indented comment',
      'admin@example.org=wizard:/srv/a b:c#d',
      'anca=anca\t# parked soon',
    ].join('\n');
    expect(parseUserMap(text, '/etc/map')).toEqual({
      problems: [],
      roster: {
        path: '/etc/map',
        start: defaultStartPolicy,
        users: [
          {
            name: 'wizard',
            logins: [
              { name: 'vbarzin', cwd: null },
              { name: 'admin@example.org', cwd: '/srv/a b:c#d' },
            ],
            parked: false,
            isAdmin: false,
            mistake: null,
            policy: defaultPolicy,
          },
          {
            name: 'emo',
            logins: [{ name: 'emil.barzin', cwd: '/home/emo/code' }],
            parked: false,
            isAdmin: false,
            mistake: null,
            policy: defaultPolicy,
          },
          {
            name: 'anca',
            logins: [{ name: 'anca', cwd: null }],
            parked: false,
            isAdmin: false,
            mistake: null,
            policy: defaultPolicy,
          },
        ],
      },
    });
  });

  test.each(['a=b\r\nc=d:/x\r\n', 'a=b\nc=d:/x', '\uFEFFa=b\nc=d:/x\n\n'])('reads the same from %j', (text) => {
    expect(parseUserMap(text, 'map').roster?.users.map(({ name, logins }) => [name, logins])).toEqual([
      ['b', [{ name: 'a', cwd: null }]],
      ['d', [{ name: 'c', cwd: '/x' }]],
    ]);
  });

  test.each([
    ['emo', '1:1: line "emo" must be authentik_user=os_user[:cwd]'],
    ['  emo  # x', '1:3: line "emo" must be authentik_user=os_user[:cwd]'],
    ['a=', '1:3: account name after "=" must not be empty'],
    ['a=:/x', '1:3: account name after "=" must not be empty'],
    ['a=007', '1:3: user "007" is not an account name'],
    ['a=b=c', '1:3: user "b=c" is not an account name'],
    ['a= b', '1:3: user " b" is not an account name'],
    [`a=${'b'.repeat(33)}`, '1:3: user "bbb'],
  ])('refuses %j, and serves the other lines: %s', (text, expected) => {
    expect(parseUserMap(text, 'map').roster).toBeNull();
    expect(problemsOf(text)).toEqual([expect.stringContaining(`map:${expected}`)]);
    expect(parseUserMap(`${text}\nok=ok`, 'map').roster?.users.map(({ name }) => name)).toEqual(['ok']);
  });

  test.each([
    ['=emo', '1:1: warning: login before "=" must not be empty'],
    ['a b=emo', '1:1: warning: login "a b" must be text without ":", "#", spaces or control characters'],
    ['a =emo', '1:1: warning: login "a " must be text without ":", "#", spaces or control characters'],
    ['a:b=emo', '1:1: warning: login "a:b" must be text without ":", "#", spaces or control characters'],
    ['a#b=emo', '1:1: warning: login "a#b" must be text without ":", "#", spaces or control characters'],
    ['a\u009b=emo', '1:1: warning: login "a\\u009b" must be text without ":", "#", spaces or control characters'],
    ['a=emo:', '1:7: warning: directory after ":" must not be empty'],
    ['a=emo:code', '1:7: warning: directory "code" must be absolute and without control characters'],
    ['a=emo:/x\ty', '1:7: warning: directory "/x\\ty" must be absolute and without control characters'],
    ['\n\n a=emo:~/code', '3:8: warning: directory "~/code" must be absolute and without control characters'],
  ])('serves the account of %j, for a login and a directory belong to others: %s', (text, expected) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(`map:${expected}`)]);
    expect(parseUserMap(text, 'map').roster?.users.map(({ name }) => name)).toEqual(['emo']);
  });

  test('tells every problem of every line at once', () => {
    const { roster, problems } = parseUserMap('a b=7:x\nok=ok\nnothing\nok=other\n', 'map');
    expect(roster?.users.map(({ name, logins }) => [name, logins])).toEqual([
      ['ok', []],
      ['other', []],
    ]);
    expect(problems.map(({ line, column, code }) => [line, column, code])).toEqual([
      [1, 1, 'invalid-value'],
      [1, 5, 'invalid-value'],
      [1, 7, 'invalid-value'],
      [3, 1, 'syntax'],
      [4, 1, 'duplicate-login'],
    ]);
  });

  test('lets a login of two users lead to neither, and takes the first directory of one user', () => {
    expect(problemsOf('a=b\na=c\n')).toEqual([
      'map:2:1: warning: login "a" is there twice, first in line 1, where it leads to user "b", so it leads to neither',
    ]);
    expect(usersOf('a=b\na=c\nd=c\n')).toEqual([
      ['b', []],
      ['c', [{ name: 'd', cwd: null }]],
    ]);
    expect(usersOf('a=b\na=b:/x\n')).toEqual([['b', [{ name: 'a', cwd: null }]]]);
  });

  test('accepts a repeated line with a warning', () => {
    const { roster, problems } = parseUserMap('a=b:/x\n\na=b:/x\n', 'map');
    expect(roster?.users).toMatchObject([{ name: 'b', logins: [{ name: 'a', cwd: '/x' }] }]);
    expect(problems).toMatchObject([{ severity: 'warning', code: 'duplicate-login', line: 3 }]);
  });

  test('warns when it lists nobody', () => {
    expect(parseUserMap('# nobody yet\n', 'map')).toMatchObject({
      roster: { users: [] },
      problems: [{ severity: 'warning', code: 'empty' }],
    });
  });

  test('is refused when it is larger than a mebibyte', () => {
    const { roster, problems } = parseUserMap('a=b\n'.repeat(300_000), 'map');
    expect(roster).toBeNull();
    expect(problems.map((problem) => problem.code)).toEqual(['too-large']);
  });

  test('of any text gives problems or a roster, and never throws', () => {
    const piece = fc.constantFrom(
      'a',
      'emo',
      '=',
      ':',
      '/',
      '#',
      ' ',
      '\t',
      '\n',
      '\r',
      '\0',
      '7',
      '$',
      '\uFEFF',
      '\ud800',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        const { roster, problems } = parseUserMap(input, 'map');
        const errors = problems.filter(({ severity }) => severity === 'error');
        expect(errors.length > 0 || roster !== null).toBe(true);
        expect(roster === null || errors.every(({ user }) => user !== null)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('that was printed reads as the same users', () => {
    const login = fc.stringMatching(/^[a-z@.+-]{1,8}$/);
    const cwd = fc.option(fc.stringMatching(/^\/[a-z#:=]{0,6}( [a-z]{1,3})?$/));
    const users = fc.uniqueArray(fc.record({ login, name: fc.stringMatching(/^[a-z_][a-z0-9._-]{0,6}\$?$/), cwd }), {
      selector: (user) => user.login,
    });
    fc.assert(
      fc.property(users, (lines) => {
        const text = lines
          .map((user) => `${user.login}=${user.name}${user.cwd === null ? '' : `:${user.cwd}`}\n`)
          .join('');
        const { roster } = parseUserMap(text, 'map');
        if (roster === null) throw new Error(`refused: ${JSON.stringify(text)}`);
        const printed = formatUserMap(roster);
        expect(printed.split('\n').toSorted()).toEqual(text.split('\n').toSorted());
        expect(
          formatUserMap(parseUserMap(printed, 'map').roster ?? { path: null, start: defaultStartPolicy, users: [] }),
        ).toBe(printed);
      }),
    );
  });
});
