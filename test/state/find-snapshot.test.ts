import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSnapshot, snapshotProblem, type SnapshotMatch } from '../../src/state/find-snapshot.ts';
import { storedSnapshotsOf } from '../../src/state/snapshot-source.ts';
import { writeSnapshot } from '../../src/state/snapshot-store.ts';
import { snapshotPath } from '../../src/state/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount, sampleManifest } from './sample-manifest.ts';

/** Two hours east of UTC. */
const local = { nowMs: Date.parse('2026-11-21T09:00:00.000Z'), utcOffsetMinutes: () => 120 };
const times = ['2026-11-20T13:59:51.204Z', '2026-11-20T14:02:00.000Z', '2026-11-21T08:00:00.000Z'];

test('a whole id, the beginning of one id and latest each mean one snapshot', () => {
  const { stateDir, ids } = stored();
  expect(idOf(findSnapshot(storedSnapshotsOf(stateDir, 'emo'), ids[0] ?? '', local))).toBe(ids[0]);
  expect(idOf(findSnapshot(storedSnapshotsOf(stateDir, 'emo'), '20261120T1402', local))).toBe(ids[1]);
  expect(idOf(findSnapshot(storedSnapshotsOf(stateDir, 'emo'), '20261121', local))).toBe(ids[2]);
  expect(idOf(findSnapshot(storedSnapshotsOf(stateDir, 'emo'), 'latest', local))).toBe(ids[2]);
});

test('the beginning of several ids means none of them, and the problem names them', () => {
  const { stateDir, ids } = stored();
  const match = findSnapshot(storedSnapshotsOf(stateDir, 'emo'), '20261120', local);
  expect(match).toEqual({ kind: 'many', ids: [ids[1], ids[0]] });
  expect(problemOf('20261120', match)).toBe(`"20261120" begins 2 snapshots of emo: ${ids[1]}, ${ids[0]}`);
});

test.each(['', '2027', '../../etc/passwd', '20261120T135951x', 'LATEST'])('nothing is meant by %j', (word) => {
  const { stateDir } = stored();
  const match = findSnapshot(storedSnapshotsOf(stateDir, 'emo'), word, local);
  expect(match).toEqual({ kind: 'none' });
  expect(problemOf(word, match)).toContain('list them: tmux-persist snapshots emo');
});

test('a damaged snapshot that is named is told, and latest passes it over', () => {
  const { stateDir, ids } = stored();
  const [, valid = '', damaged = ''] = ids;
  writeFileSync(snapshotPath(stateDir, 'emo', damaged), '');
  const reason = 'it is empty (0 bytes)';
  expect(findSnapshot(storedSnapshotsOf(stateDir, 'emo'), '20261121', local)).toEqual({
    kind: 'damaged',
    id: damaged,
    reason,
  });
  const latest = findSnapshot(storedSnapshotsOf(stateDir, 'emo'), 'latest', local);
  expect(idOf(latest)).toBe(valid);
  expect(latest).toMatchObject({ damaged: [{ id: damaged, reason }] });
});

test('a time means the newest one that was taken by then, also where its id had to be a later one', () => {
  const stateDir = temporaryDirectory();
  const takenAt = ['2026-11-21T08:59:59.100Z', '2026-11-21T08:59:59.700Z', '2026-11-21T09:00:00.300Z'];
  const ids = takenAt.map((time) =>
    writeSnapshot(stateDir, sampleAccount, { ...sampleManifest(), takenAt: time }, new Date(time)),
  );
  expect(ids).toEqual(['20261121T085959', '20261121T090000', '20261121T090001']);
  const at = (nowMs: number): string | null =>
    idOf(findSnapshot(storedSnapshotsOf(stateDir, 'emo'), '0s', { ...local, nowMs }));
  expect(at(Date.parse('2026-11-21T08:59:59.800Z'))).toBe(ids[1]);
  expect(at(Date.parse('2026-11-21T09:00:00.200Z'))).toBe(ids[1]);
  expect(at(Date.parse('2026-11-21T09:00:00.400Z'))).toBe(ids[2]);
});

test('latest means nothing while nothing is stored', () => {
  expect(findSnapshot(storedSnapshotsOf(temporaryDirectory(), 'emo'), 'latest', local)).toEqual({ kind: 'none' });
});

function stored(): { readonly stateDir: string; readonly ids: readonly string[] } {
  const stateDir = temporaryDirectory();
  return {
    stateDir,
    ids: times.map((time) => writeSnapshot(stateDir, sampleAccount, sampleManifest(), new Date(time))),
  };
}

function idOf(match: SnapshotMatch): string | null {
  return match.kind === 'found' ? match.stored.id : null;
}

function problemOf(word: string, match: SnapshotMatch): string | null {
  return match.kind === 'found' ? null : snapshotProblem('emo', word, match);
}
