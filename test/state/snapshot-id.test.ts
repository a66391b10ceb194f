import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSnapshotId, nextSnapshotId, parseSnapshotId } from '../../src/state/snapshot-store.ts';

const times = fc.date({ min: new Date('1970-01-01'), max: new Date('8999-12-31'), noInvalidDate: true });

describe('a snapshot id', () => {
  test('is the UTC time in compact form', () => {
    expect(formatSnapshotId(new Date('2026-11-20T13:59:51.204Z'))).toBe('20261120T135951.204Z');
  });

  test('can be read back, and sorts as its time does', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        expect(parseSnapshotId(formatSnapshotId(a))).toEqual(a);
        expect(formatSnapshotId(a) < formatSnapshotId(b)).toBe(a.getTime() < b.getTime());
      }),
    );
  });

  test.each([
    '',
    '20261120T135951Z',
    '20261120T135951.204',
    '20261120T135951.204Z.json',
    '20261320T135951.204Z',
    '20260231T135951.204Z',
    '20261120T240000.000Z',
    '20261120T135960.204Z',
    '../20261120T135951.204Z',
    '２０261120T135951.204Z',
    '20261120T135951.204Z\n',
  ])('is not %j', (text) => {
    expect(parseSnapshotId(text)).toBeNull();
  });

  test('of a new snapshot is the time now, when the clock runs forwards', () => {
    const now = new Date('2026-11-20T13:59:51.204Z');
    expect(nextSnapshotId(now, [])).toBe('20261120T135951.204Z');
    expect(nextSnapshotId(now, ['20261120T135951.203Z'])).toBe('20261120T135951.204Z');
  });

  test('is one millisecond after the newest when the clock stands still or was set back, even over a year', () => {
    const now = new Date('2026-11-20T13:59:51.204Z');
    expect(nextSnapshotId(now, ['20261120T135951.204Z'])).toBe('20261120T135951.205Z');
    expect(nextSnapshotId(now, ['20271231T235959.999Z'])).toBe('20280101T000000.000Z');
  });

  test('is always later than the newest', () => {
    fc.assert(
      fc.property(times, times, (now, newest) => {
        const newestId = formatSnapshotId(newest);
        const next = nextSnapshotId(now, [newestId]) ?? '';
        expect(next > newestId && next >= formatSnapshotId(now)).toBe(true);
      }),
    );
  });

  test('does not follow one in the far future, behind which none would be free', () => {
    const now = new Date('2026-11-20T13:59:51.204Z');
    const impossible = ['99991231T235959.999Z', '90000101T000000.000Z'];
    expect(nextSnapshotId(now, [...impossible, '20261120T135951.204Z'])).toBe('20261120T135951.205Z');
    expect(nextSnapshotId(now, impossible)).toBe('20261120T135951.204Z');
  });

  test('is not made up where the clock shows a time that has none', () => {
    for (const now of [new Date('+010000-01-01'), new Date('9000-01-01'), new Date(NaN)]) {
      expect(nextSnapshotId(now, [])).toBeNull();
    }
    expect(nextSnapshotId(new Date(), ['89991231T235959.999Z'])).toBeNull();
  });
});
