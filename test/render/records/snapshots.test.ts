import { expect, test } from 'vitest';
import {
  type ListedSnapshot,
  renderSnapshotsText,
  snapshotRows,
  snapshotsDocument,
} from '../../../src/render/records/snapshots.ts';

const options = { color: false, utcOffsetMinutes: () => 120 };
const snapshots: readonly ListedSnapshot[] = [
  {
    kind: 'valid',
    id: '20261120T135951',
    takenAt: '2026-11-20T13:59:51.204Z',
    live: 12,
    gone: 1,
    changed: { appeared: 1, back: 0, gone: 2, other: 0 },
  },
  { kind: 'damaged', id: '20261120T130000', reason: 'it is empty' },
  {
    kind: 'valid',
    id: '20261119T230000',
    takenAt: '2026-11-19T23:00:00.000Z',
    live: 5,
    gone: 0,
    changed: { appeared: 0, back: 0, gone: 0, other: 0 },
  },
];

test('snapshots are a table with local times, and say what is damaged', () => {
  expect(renderSnapshotsText('emo', snapshots, options)).toBe(
    [
      'SNAPSHOT (UTC)    TAKEN (UTC+2)      LIVE   GONE   CHANGED',
      '20261120T135951   2026-11-20 15:59   12     1      1 new, 2 gone',
      '20261120T130000   damaged                          it is empty',
      '20261119T230000   2026-11-20 01:00   5      0      -',
      '',
    ].join('\n'),
  );
});

test('a program gets rows with tabs: id, live, whether it is the newest, time, gone, changes', () => {
  expect(snapshotRows(snapshots)).toBe(
    [
      '20261120T135951\t12\tnewest\t2026-11-20T13:59:51.204Z\t1\t1 new, 2 gone',
      '20261120T130000\t-\t-\t-\t-\tdamaged: it is empty',
      '20261119T230000\t5\t-\t2026-11-19T23:00:00.000Z\t0\t-',
      '',
    ].join('\n'),
  );
});

test('a user without snapshots is told so', () => {
  expect(renderSnapshotsText('emo', [], options)).toBe('emo: no snapshots yet\n');
});

test('a damaged snapshot stands out in colour', () => {
  expect(renderSnapshotsText('emo', snapshots, { ...options, color: true })).toContain('\x1b[31mdamaged\x1b[39m');
});

test('the JSON of snapshots tells the same', () => {
  expect(snapshotsDocument('emo', snapshots.slice(0, 2))).toEqual({
    formatVersion: 1,
    kind: 'snapshots',
    user: 'emo',
    snapshots: [
      {
        id: '20261120T135951',
        valid: true,
        reason: null,
        takenAt: '2026-11-20T13:59:51.204Z',
        live: 12,
        gone: 1,
        changed: { appeared: 1, back: 0, gone: 2, other: 0 },
      },
      {
        id: '20261120T130000',
        valid: false,
        reason: 'it is empty',
        takenAt: null,
        live: null,
        gone: null,
        changed: null,
      },
    ],
  });
});
