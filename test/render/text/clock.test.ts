import { expect, test } from 'vitest';
import { ageText, localClock } from '../../../src/render/text/clock.ts';

const now = '2026-11-20T14:05:00.000Z';

test.each([
  ['2026-11-20T14:04:20.000Z', '40 s ago'],
  ['2026-11-20T14:02:00.000Z', '3 min ago'],
  ['2026-11-20T09:05:00.000Z', '5 h ago'],
  ['2026-11-19T10:05:00.000Z', '28 h ago'],
  ['2026-11-18T14:00:00.000Z', '2 d ago'],
  ['2026-11-20T14:05:01.000Z', 'in the future'],
  ['nonsense', 'at an unknown time'],
])('%s was %s', (time, age) => {
  expect(ageText(time, now)).toBe(age);
});

test.each<[string, (instantMs: number) => number]>([
  ['UTC', () => 0],
  ['UTC+2', () => 120],
  ['UTC-3:30', () => -210],
  ['UTC+0/+1', (instantMs) => (instantMs < Date.parse('2026-03-29T01:00:00.000Z') ? 0 : 60)],
])('a heading says once that times are in %s', (words, utcOffsetMinutes) => {
  const clock = localClock(utcOffsetMinutes);
  expect(clock.zoneOf(['2026-11-20T13:59:00.000Z', '2026-01-20T13:59:00.000Z', 'not a time'])).toBe(words);
});
