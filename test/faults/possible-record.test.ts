import { expect, test } from 'vitest';
import { isPossibleRecord } from './support/is-possible-record.ts';

const gone = { name: 'notes', state: 'gone' };
const live = { name: 'notes', state: 'live' };
const other = { name: 'work', state: 'gone' };
const back = { name: 'work', state: 'live' };
const record = (...sessions: readonly object[]): string => JSON.stringify({ user: 'emo', sessions });
const known = [record(gone, other), record(live, back)];

test('a record that brought back some of the sessions is possible only where that is asked for', () => {
  expect(isPossibleRecord(record(live, other), known, 'session-by-session')).toBe(true);
  expect(isPossibleRecord(record(live, other), known, 'whole')).toBe(false);
});

test.each([
  ['has a session twice', record(live, live, other)],
  ['has a session both live and gone', record(gone, live, other)],
  ['lacks a session', record(live)],
  ['has a session as no run has it', record({ ...live, path: '/' }, other)],
  ['is of somebody else', JSON.stringify({ user: 'anca', sessions: [live, other] })],
  ['is not there', null],
])('a record that %s is not possible', (_, found) => {
  expect(isPossibleRecord(found, known, 'session-by-session')).toBe(false);
});
