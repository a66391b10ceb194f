import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSnapshotId, nextSnapshotId, parseSnapshotId } from '../../src/state/snapshot-id.ts';

const times = fc.date({ min: new Date('1970-01-01'), max: new Date('8999-12-31'), noInvalidDate: true });

describe('a snapshot id', () => {
  test('is the UTC time in compact form, to the second', () => {
    expect(formatSnapshotId(new Date('2026-11-20T13:59:51.204Z'))).toBe('20261120T135951');
  });

  test('can be read back, and sorts as its time does', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        expect(parseSnapshotId(formatSnapshotId(a))?.getTime()).toBe(toTheSecond(a));
        expect(formatSnapshotId(a) < formatSnapshotId(b)).toBe(toTheSecond(a) < toTheSecond(b));
      }),
    );
  });

  test('may be one of the first versions, to the millisecond, and sorts among the others by its time', () => {
    expect(parseSnapshotId('20261120T135951.204Z')).toEqual(new Date('2026-11-20T13:59:51.204Z'));
    fc.assert(
      fc.property(times, times, (old, time) => {
        expect(idOfFirstVersions(old) < formatSnapshotId(time)).toBe(old.getTime() < toTheSecond(time));
      }),
    );
  });

  test.each([
    '',
    '20261120T135951Z',
    '20261120T135951.204',
    '20261120T135951.json',
    '20261120T135951.204Z.json',
    '20261320T135951',
    '20260231T135951',
    '20260231T135951.204Z',
    '20261120T240000',
    '20261120T135960',
    '20261120T135960.204Z',
    '../20261120T135951',
    '２０261120T135951',
    '20261120T135951\n',
  ])('is not %j', (text) => {
    expect(parseSnapshotId(text)).toBeNull();
  });

  test('of a new snapshot is the second now, when the clock runs forwards', () => {
    const now = new Date('2026-11-20T13:59:51.204Z');
    expect(nextSnapshotId(now, [])).toBe('20261120T135951');
    expect(nextSnapshotId(now, ['20261120T135950'])).toBe('20261120T135951');
    expect(nextSnapshotId(now, ['20261120T135950.999Z'])).toBe('20261120T135951');
  });

  test('is the next free second when that is taken, or the clock was set back, even over a year', () => {
    const now = new Date('2026-11-20T13:59:51.204Z');
    expect(nextSnapshotId(now, ['20261120T135951'])).toBe('20261120T135952');
    expect(nextSnapshotId(now, ['20261120T135951.100Z'])).toBe('20261120T135952');
    expect(nextSnapshotId(now, ['20271231T235959'])).toBe('20280101T000000');
  });

  test('is always later than the newest', () => {
    fc.assert(
      fc.property(times, times, fc.boolean(), (now, newest, isOfFirstVersions) => {
        const newestId = isOfFirstVersions ? idOfFirstVersions(newest) : formatSnapshotId(newest);
        const next = nextSnapshotId(now, [newestId]) ?? '';
        expect(next > newestId && next >= formatSnapshotId(now)).toBe(true);
      }),
    );
  });

  test('does not follow one in the far future, behind which none would be free', () => {
    const now = new Date('2026-11-20T13:59:51.204Z');
    const impossible = ['99991231T235959', '90000101T000000.000Z'];
    expect(nextSnapshotId(now, [...impossible, '20261120T135951'])).toBe('20261120T135952');
    expect(nextSnapshotId(now, impossible)).toBe('20261120T135951');
  });

  test('is not made up where the clock shows a time that has none', () => {
    for (const now of [new Date('+010000-01-01'), new Date('9000-01-01'), new Date(NaN)]) {
      expect(nextSnapshotId(now, [])).toBeNull();
    }
    expect(nextSnapshotId(new Date(), ['89991231T235959'])).toBeNull();
  });
});

function toTheSecond(time: Date): number {
  return Math.floor(time.getTime() / 1000) * 1000;
}

function idOfFirstVersions(time: Date): string {
  return time.toISOString().replaceAll(/[-:]/g, '');
}
