import { expect, test } from 'vitest';
import { statusLine } from '../../../src/render/status/status-line.ts';

const now = Date.parse('2026-11-29T12:10:00Z');
const tally = { live: 3, gone: { 'server-died': 2, killed: 1, closed: 7 } } as const;

test.each([
  ['{live} {lost} {minutes} {state}', tally, '2026-11-29T12:06:30Z', '3 3 3 lost'],
  ['{state}', { live: 3, gone: { closed: 7 } }, '2026-11-29T12:06:30Z', 'ok'],
  ['{state} {minutes}', tally, '2026-11-29T11:00:00Z', 'old 70'],
  ['{state} {live} {minutes}', null, null, 'never 0 -'],
  ['no {} brace', null, null, 'no {} brace'],
])('%j shows %j', (format, sessions, lastGoodAt, text) => {
  expect(statusLine(format, { sessions, lastGoodAt }, now)).toEqual({ kind: 'line', text });
});

test('a placeholder that there is not is named', () => {
  const line = statusLine('{live} {dead}', { sessions: null, lastGoodAt: null }, now);
  expect(line).toEqual({ kind: 'unknown', names: ['dead'] });
});
