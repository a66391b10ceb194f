import { expect, test } from 'vitest';
import { parseWhen } from '../../src/core/when.ts';

const nowMs = Date.parse('2026-11-28T12:30:00Z');
const clock = { nowMs, utcOffsetMinutes: () => 120 };

function spanOf(text: string): readonly string[] | null {
  const span = parseWhen(text, clock);
  return span === null ? null : [span.startMs, span.endMs].map((ms) => new Date(ms).toISOString());
}

test.each([
  ['14:01', '2026-11-28T12:01:00.000Z', '2026-11-28T12:01:59.999Z'],
  ['9:05', '2026-11-28T07:05:00.000Z', '2026-11-28T07:05:59.999Z'],
  ['23:50', '2026-11-27T21:50:00.000Z', '2026-11-27T21:50:59.999Z'],
  ['2026-11-26', '2026-11-25T22:00:00.000Z', '2026-11-26T21:59:59.999Z'],
  ['2026-11-26 23:50', '2026-11-26T21:50:00.000Z', '2026-11-26T21:50:59.999Z'],
  ['2026-11-26T23:50:07', '2026-11-26T21:50:07.000Z', '2026-11-26T21:50:07.999Z'],
  ['2h', '2026-11-28T10:30:00.000Z', '2026-11-28T10:30:00.000Z'],
  ['30 min ago', '2026-11-28T12:00:00.000Z', '2026-11-28T12:00:00.000Z'],
])('%s means a span of time, by the reader’s clock', (text, start, end) => {
  expect(spanOf(text)).toEqual([start, end]);
});

test.each(['', ' ', 'latest', '20261126', '20261126T2350', '25:00', '2026-13-01', '12:60', '2x', '-1h', 'notes'])(
  '%j is no time',
  (text) => {
    expect(spanOf(text)).toBeNull();
  },
);
