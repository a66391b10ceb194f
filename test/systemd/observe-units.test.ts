import { expect, test } from 'vitest';
import { nextTickAt } from '../../src/systemd/observe-units.ts';

const nowMs = Date.parse('2026-11-20T14:00:00.000Z');
const bootedForMs = 3_600_000;

test.each([
  ['1h 2min 3.5s', '2026-11-20T14:02:03.500Z'],
  ['1h', '2026-11-20T14:00:00.000Z'],
  ['1d 250ms', '2026-11-21T13:00:00.250Z'],
  ['infinity', null],
  ['soon', null],
  [null, null],
])('a timer that elapses at %s after the boot ticks at %s', (timespan, expected) => {
  expect(nextTickAt({ monotonic: timespan, calendar: null }, nowMs, bootedForMs)).toBe(expected);
});

test.each([
  ['Fri 2026-11-20 14:05:00 UTC', 'infinity', '2026-11-20T14:05:00.000Z'],
  ['Fri 2026-11-20 14:05:00 UTC', '1h 2min', '2026-11-20T14:02:00.000Z'],
  ['Fri 2026-11-20 14:05:00 UTC', '1h 8min', '2026-11-20T14:05:00.000Z'],
  ['Fri 2026-11-20 15:05:00 CET', 'infinity', null],
  ['n/a', null, null],
])("an administrator's timer of %s, and %s after the boot, ticks at %s", (calendar, monotonic, expected) => {
  expect(nextTickAt({ monotonic, calendar }, nowMs, bootedForMs)).toBe(expected);
});
