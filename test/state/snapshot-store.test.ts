import { chmodSync, mkdirSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pruneLargeSnapshots, pruneSnapshots, removeLeftovers } from '../../src/state/prune-snapshots.ts';
import { formatSnapshot } from '../../src/state/snapshot-document.ts';
import { storedSnapshotsOf } from '../../src/state/snapshot-source.ts';
import { listSnapshots, readNewestValid, readSnapshots, writeSnapshot } from '../../src/state/snapshot-store.ts';
import { listStoredUsers, snapshotPath, snapshotsDirectory, userDirectory } from '../../src/state/state-paths.ts';
import { StateReadError } from '../../src/system/errors.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { withoutRoot } from '../system/without-root.ts';
import { sampleAccount, sampleLive, sampleManifest } from './sample-manifest.ts';

const now = new Date('2026-11-20T13:59:51.204Z');

describe('the stored snapshots of a user', () => {
  test('are none while nothing was stored, which is no error', () => {
    const stateDir = temporaryDirectory();
    expect(listSnapshots(stateDir, 'emo')).toEqual([]);
    expect(readNewestValid(stateDir, 'emo')).toEqual({ newest: null, damaged: [] });
    expect(storedSnapshotsOf(stateDir, 'emo').read('20261120T135951')).toBeNull();
    expect(listStoredUsers(stateDir)).toEqual([]);
  });

  test('are listed newest first, and other files beside them are not theirs', () => {
    const stateDir = temporaryDirectory();
    const ids = write(stateDir, 3);
    for (const name of ['notes.json', '20261120T135951', '.20261120T135951.json.1.aaaaaaaaaaaa.tmp']) {
      writeFileSync(join(snapshotsDirectory(stateDir, 'emo'), name), 'x');
    }
    expect(listSnapshots(stateDir, 'emo')).toEqual(ids.toReversed());
    expect(listStoredUsers(stateDir)).toEqual(['emo']);
  });

  test('give the newest one as the manifest', () => {
    const stateDir = temporaryDirectory();
    const ids = write(stateDir, 3);
    expect(readNewestValid(stateDir, 'emo')).toEqual({
      newest: { id: ids[2], manifest: manifestNumber(2) },
      damaged: [],
    });
  });

  test('give the newest valid one when newer ones are damaged, and say what is wrong with each', () => {
    const stateDir = temporaryDirectory();
    const [oldest = '', cut = '', emptied = '', linked = ''] = write(stateDir, 4);
    truncateSync(snapshotPath(stateDir, 'emo', cut), 200);
    truncateSync(snapshotPath(stateDir, 'emo', emptied), 0);
    replaceByLink(snapshotPath(stateDir, 'emo', linked), snapshotPath(stateDir, 'emo', oldest));
    expect(readNewestValid(stateDir, 'emo')).toEqual({
      newest: { id: oldest, manifest: manifestNumber(0) },
      damaged: [
        { id: linked, reason: 'it cannot be read: it is a symbolic link' },
        { id: emptied, reason: 'it is empty (0 bytes)' },
        { id: cut, reason: 'it is truncated after 200 bytes' },
      ],
    });
  });

  test('are not "none" when the directory cannot be read', () => {
    const stateDir = temporaryDirectory();
    mkdirSync(userDirectory(stateDir, 'emo'), { recursive: true });
    writeFileSync(snapshotsDirectory(stateDir, 'emo'), 'not a directory');
    expect(() => listSnapshots(stateDir, 'emo')).toThrow(StateReadError);
    expect(() => readNewestValid(stateDir, 'emo')).toThrow('not a directory');
  });

  test('are not passed over when the system does not let the newest one be read: that says nothing about it', () => {
    const stateDir = temporaryDirectory();
    const [, newest = ''] = write(stateDir, 2);
    const path = snapshotPath(stateDir, 'emo', newest);
    chmodSync(path, 0);
    for (const directory of [userDirectory(stateDir, 'emo'), snapshotsDirectory(stateDir, 'emo')])
      chmodSync(directory, 0o755);
    withoutRoot(stateDir);
    expect(() => readNewestValid(stateDir, 'emo')).toThrow(StateReadError);
    expect(() => readNewestValid(stateDir, 'emo')).toThrow(
      `cannot read ${path}: permission denied; if it stays so: mv ${path} ${path}.unreadable`,
    );
  });

  test('are read one by one, only as far as they are asked for, also when one is pruned meanwhile', () => {
    const stateDir = temporaryDirectory();
    const ids = write(stateDir, 3);
    const snapshots = readSnapshots(stateDir, 'emo');
    expect(snapshots.next().value).toMatchObject({ id: ids[2], kind: 'valid' });
    expect(pruneSnapshots(stateDir, 'emo', 2)).toEqual([ids[0]]);
    expect([...snapshots].map(({ id }) => id)).toEqual([ids[1]]);
  });

  test('are found by exact id only', () => {
    const stateDir = temporaryDirectory();
    const [id = ''] = write(stateDir, 1);
    expect(storedSnapshotsOf(stateDir, 'emo').read(id)).toEqual({ kind: 'valid', manifest: manifestNumber(0) });
    expect(storedSnapshotsOf(stateDir, 'emo').read(id.slice(0, -1))).toBeNull();
    expect(storedSnapshotsOf(stateDir, 'emo').read(`../snapshots/${id}`)).toBeNull();
  });

  test.each(['', '.', '..', '.hidden', '../emo', 'a/b', 'a\0b'])('have no place for a user called %j', (user) => {
    expect(() => listSnapshots(temporaryDirectory(), user)).toThrow("cannot be a user's directory name");
  });
});

describe('pruning', () => {
  test('keeps the newest ones', () => {
    const stateDir = temporaryDirectory();
    const ids = write(stateDir, 5);
    expect(pruneSnapshots(stateDir, 'emo', 5)).toEqual([]);
    expect(pruneSnapshots(stateDir, 'emo', 2)).toEqual(ids.slice(0, 3));
    expect(listSnapshots(stateDir, 'emo')).toEqual(ids.slice(3).toReversed());
  });

  test('never removes the newest valid one, however old it is', () => {
    const stateDir = temporaryDirectory();
    const ids = write(stateDir, 5);
    for (const id of ids.slice(2)) truncateSync(snapshotPath(stateDir, 'emo', id), 0);
    expect(pruneSnapshots(stateDir, 'emo', 1)).toEqual([ids[0], ids[2], ids[3]]);
    expect(readNewestValid(stateDir, 'emo').newest?.id).toBe(ids[1]);
  });

  test('keeps one even when it is told to keep none', () => {
    const stateDir = temporaryDirectory();
    const ids = write(stateDir, 2);
    expect(pruneSnapshots(stateDir, 'emo', 0)).toEqual([ids[0]]);
    expect(listSnapshots(stateDir, 'emo')).toEqual([ids[1]]);
  });
});

test('snapshots of more than 128 MiB in all leave, the oldest first, and the newest valid one never does', () => {
  const stateDir = temporaryDirectory();
  const ids = write(stateDir, 5);
  for (const id of ids.slice(0, 4)) truncateSync(snapshotPath(stateDir, 'emo', id), 40 * 1024 ** 2);
  expect(pruneLargeSnapshots(stateDir, 'emo')).toEqual([ids[0]]);
  expect(pruneLargeSnapshots(stateDir, 'emo')).toEqual([]);
  for (const id of ids.slice(1)) truncateSync(snapshotPath(stateDir, 'emo', id), 129 * 1024 ** 2);
  expect(pruneLargeSnapshots(stateDir, 'emo')).toEqual(ids.slice(1, 4));
  expect(listSnapshots(stateDir, 'emo')).toEqual([ids[4]]);
});

test('left-over temporary files of this user go, and nothing else does', () => {
  const stateDir = temporaryDirectory();
  const [id = ''] = write(stateDir, 1);
  const ours = [
    join(stateDir, '.emo.tsv.12.0123456789ab.tmp'),
    join(userDirectory(stateDir, 'emo'), '.last-apply.json.12.0123456789ab.tmp'),
    join(userDirectory(stateDir, 'emo'), '.last-save.json.12.0123456789ab.tmp'),
    join(snapshotsDirectory(stateDir, 'emo'), `.${id}.json.12.0123456789ab.tmp`),
  ];
  const others = [
    join(stateDir, '.anca.tsv.12.0123456789ab.tmp'),
    join(stateDir, 'emo.tsv'),
    join(userDirectory(stateDir, 'emo'), '.last-save.json.swp'),
    join(snapshotsDirectory(stateDir, 'emo'), '.mine.json.12.0123456789ab.tmp'),
    snapshotPath(stateDir, 'emo', id),
  ];
  for (const path of [...ours, ...others.slice(0, 4)]) writeFileSync(path, 'x');
  expect(removeLeftovers(stateDir, 'emo')).toEqual(ours);
  expect(removeLeftovers(stateDir, 'emo')).toEqual([]);
  for (const path of others) expect(readFileSync(path).length).toBeGreaterThan(0);
  expect(removeLeftovers(temporaryDirectory(), 'emo')).toEqual([]);
});

test('200 stored snapshots cost the reading of one', () => {
  const stateDir = temporaryDirectory();
  mkdirSync(snapshotsDirectory(stateDir, 'emo'), { recursive: true });
  const sessions = Array.from({ length: 20 }, (_, index) => sampleLive({ name: `session-${index}` }));
  const text = formatSnapshot(sampleManifest(sessions));
  for (let index = 0; index < 200; index += 1) {
    writeFileSync(
      snapshotPath(stateDir, 'emo', `20261120T${130_000 + Math.floor(index / 60) * 100 + (index % 60)}`),
      text,
    );
  }
  expect(readNewestValid(stateDir, 'emo').newest?.id).toBe('20261120T130319');
  const newestMs = quickest(() => readNewestValid(stateDir, 'emo'));
  const allMs = quickest(() => Array.from(readSnapshots(stateDir, 'emo')));
  expect(newestMs).toBeLessThan(allMs / 4);
});

/** The shortest time of a few: a busy machine makes the others longer. */
function quickest(work: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}

function write(stateDir: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    writeSnapshot(stateDir, sampleAccount, manifestNumber(index), new Date(now.getTime() + index * 1000)),
  );
}

function manifestNumber(index: number) {
  return sampleManifest([sampleLive({ name: `session-${index}` })]);
}

function replaceByLink(path: string, target: string): void {
  symlinkSync(target, `${path}.link`);
  renameSync(`${path}.link`, path);
}
