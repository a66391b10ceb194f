import { expect, test } from 'vitest';
import { parseSeenSessions } from '../../src/predecessor/seen-sessions.ts';

const writtenAtMs = 1_795_000_000_000;

test.each([
  ['notes\t/srv\t-', writtenAtMs],
  ['notes\t/srv\t', writtenAtMs],
  ['notes\t/srv\t-\t1794000000', 1_794_000_000_000],
  ['1794000000\tnotes\t/srv\t-', 1_794_000_000_000],
  // A clock that ran ahead, which was mended before the file was written again.
  ['notes\t/srv\t-\t1799000000', writtenAtMs],
])('a seen session has the columns of the file of sessions, and maybe a time: %j', (line, seenAtMs) => {
  expect(parseSeenSessions(`${line}\n`, writtenAtMs)).toEqual({
    seen: [{ row: { name: 'notes', cwd: '/srv', id: '' }, seenAtMs }],
    problems: [],
  });
});

test('of several lines of a name the latest counts', () => {
  const text = 'notes\t/later\t-\t1794000009\nnotes\t/earlier\t-\t1794000001\n';
  expect(parseSeenSessions(text, writtenAtMs).seen.map(({ row }) => row.cwd)).toEqual(['/later']);
});

test('a line that is none is told with its number', () => {
  const { seen, problems } = parseSeenSessions('notes\t/\t-\n\nbroken\na\tb\tc\td\n', writtenAtMs);
  expect(seen).toHaveLength(1);
  expect(problems).toEqual([
    'line 3: expected three columns (name, directory, conversation id), found 1',
    'line 4: expected three columns (name, directory, conversation id), found 4',
  ]);
});
