import { expect, test } from 'vitest';
import { type Terminals, usersOfChangedTerminals } from '../../src/core/terminals.ts';

const before = look(['0', 1000, 10], ['1', 1000, 20], ['2', 1001, 30]);

test.each<readonly [string, Terminals, readonly number[]]>([
  ['nobody while nothing changes', look(['2', 1001, 30], ['1', 1000, 20], ['0', 1000, 10]), []],
  ['the user who opened a terminal', look(['0', 1000, 10], ['1', 1000, 20], ['2', 1001, 30], ['3', 1002, 40]), [1002]],
  ['the user who closed a terminal', look(['0', 1000, 10], ['1', 1000, 20]), [1001]],
  [
    'the user who closed one and got the same number again',
    look(['0', 1000, 11], ['1', 1000, 20], ['2', 1001, 30]),
    [1000],
  ],
  ['both users of a number that changed hands', look(['0', 1000, 10], ['1', 1000, 20], ['2', 1000, 50]), [1000, 1001]],
  ['everybody at the end of all terminals', look(), [1000, 1001]],
])('two looks at the terminals name %s', (_, after, users) => {
  expect(usersOfChangedTerminals(before, after)).toEqual(new Set(users));
});

function look(...terminals: readonly (readonly [string, number, number])[]): Terminals {
  return new Map(terminals.map(([name, uid, mark]) => [name, { uid, mark }]));
}
