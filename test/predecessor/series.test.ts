import { expect, test } from 'vitest';
import { nextSeriesName, seriesTimeMs } from '../../src/predecessor/series.ts';

test('the name of a snapshot is its time', () => {
  expect(seriesTimeMs('20240301T102030.tsv')).toBe(Date.parse('2024-03-01T10:20:30Z'));
});

test.each([
  '20240301T102030',
  '20240301T102030.tsv.tmp',
  '.20240301T102030.tsv',
  '20240231T102030.tsv',
  '20240301T240000.tsv',
  '99990301T102030.tsv',
  '00010101T000000.tsv',
  '20240301T102030.tsv\n',
  '../20240301T102030.tsv',
])('%j is the name of none', (name) => {
  expect(seriesTimeMs(name)).toBeNull();
});

test('the next name is that of now, and later than every other', () => {
  const now = new Date('2026-11-20T13:59:51.900Z');
  expect(nextSeriesName(now, [])).toBe('20261120T135951.tsv');
  expect(nextSeriesName(now, ['other', '20261120T135951.tsv', '20261120T135950.tsv'])).toBe('20261120T135952.tsv');
  expect(nextSeriesName(now, ['20271231T235959.tsv'])).toBe('20280101T000000.tsv');
});
