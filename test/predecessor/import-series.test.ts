import { describe, expect, test } from 'vitest';
import { importSeries, type PredecessorRecords } from '../../src/predecessor/import-series.ts';
import { sampleAccount } from '../state/sample-manifest.ts';

const bootMs = at('08:00');

describe('one manifest for each snapshot', () => {
  test('holds as live what the snapshot held, at its time', () => {
    const manifests = imported({ snapshots: [snapshot('09:00', 'a'), snapshot('09:05', 'a', 'b')] });
    expect(manifests).toEqual(['09:00 a:live', '09:05 a:live b:live']);
  });

  test('tells what vanished as closed, from then on, until it is there again', () => {
    const snapshots = [snapshot('09:00', 'a', 'b'), snapshot('09:05', 'a'), snapshot('09:10', 'a', 'b')];
    expect(imported({ snapshots })).toEqual([
      '09:00 a:live b:live',
      '09:05 a:live b:closed@09:05',
      '09:10 a:live b:live',
    ]);
  });

  test('tells what vanished across the boot as lost by it, but not what vanished before or since', () => {
    const snapshots = [
      snapshot('07:00', 'a', 'b', 'c', 'd'),
      snapshot('07:05', 'b', 'c', 'd'),
      snapshot('08:05', 'c', 'd'),
      snapshot('08:10', 'd'),
    ];
    expect(imported({ snapshots }).at(-1)).toBe('08:10 a:closed@07:05 b:reboot@08:00 c:closed@08:10 d:live');
  });

  test.each([
    ['07:30', 'closed@07:30'],
    ['08:03', 'closed@08:03'],
    ['06:59', 'reboot@08:00'],
    ['08:06', 'reboot@08:00'],
  ])('believes a tombstone of the time between them (%s) more than the boot', (time, ending) => {
    const snapshots = [snapshot('07:00', 'a', 'b'), snapshot('08:05', 'b')];
    expect(imported({ snapshots, tombstones: new Map([['a', at(time)]]) }).at(-1)).toBe(`08:05 a:${ending} b:live`);
  });

  test('forgets what has been gone for a month, as every record does', () => {
    const old = { rows: [{ name: 'a', cwd: '/', id: '' }], takenAtMs: at('09:00') - 90 * 86_400_000 };
    const closed = { rows: [{ name: 'b', cwd: '/', id: '' }], takenAtMs: at('09:00') - 80 * 86_400_000 };
    expect(imported({ snapshots: [old, closed, snapshot('09:00', 'b')] }).at(-1)).toBe('09:00 b:live');
  });
});

describe('what happened after the last snapshot', () => {
  test('is told by a last manifest: what a tombstone says was closed since', () => {
    const tombstones = new Map([
      ['a', at('09:02')],
      ['b', at('08:59')],
      ['never seen', at('09:03')],
    ]);
    expect(imported({ snapshots: [snapshot('09:00', 'a', 'b')], tombstones })).toEqual([
      '09:00 a:live b:live',
      '09:02 a:closed@09:02 b:live',
    ]);
  });

  test('comes after that snapshot also when both are of one second', () => {
    const manifests = imported({ snapshots: [snapshot('09:00', 'a')], tombstones: new Map([['a', at('09:00')]]) });
    expect(manifests).toEqual(['09:00 a:live', '09:00 a:closed@09:00']);
  });

  test('holds as closed what only the list of seen sessions knows', () => {
    const seen = ['a', 'old'].map((name) => ({ row: { name, cwd: '/', id: '' }, seenAtMs: at('08:30') }));
    expect(imported({ snapshots: [snapshot('09:00', 'a')], seen }).at(-1)).toBe('09:00 a:live old:closed@08:30');
    expect(imported({ snapshots: [], seen })).toEqual(['08:30 a:closed@08:30 old:closed@08:30']);
  });

  test('is nothing where nothing is told', () => {
    expect(imported({ snapshots: [] })).toEqual([]);
    expect(imported({ snapshots: [], tombstones: new Map([['a', at('09:00')]]) })).toEqual([]);
  });
});

function imported(records: Partial<PredecessorRecords>): readonly string[] {
  const host = {
    hostname: 'devvm',
    bootId: 'boot-1',
    initStartTime: null,
    initStartedAtMs: bootMs,
    bootTimeMs: bootMs,
  };
  const all = { snapshots: [], tombstones: new Map<string, number>(), seen: [], ...records };
  return importSeries(all, { account: sampleAccount, host }).map(({ takenAt, sessions }) =>
    [
      clock(takenAt),
      ...sessions.map(
        (entry) => `${entry.name}:${entry.state === 'live' ? 'live' : `${entry.cause}@${clock(entry.goneAt)}`}`,
      ),
    ].join(' '),
  );
}

function snapshot(time: string, ...names: readonly string[]) {
  return { rows: names.map((name) => ({ name, cwd: '/', id: '' })), takenAtMs: at(time) };
}

function at(time: string): number {
  return Date.parse(`2026-11-20T${time}:00.000Z`);
}

function clock(time: string): string {
  return time.slice(11, 16);
}
