import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/core/manifest.ts';
import { parseTsv } from '../../src/predecessor/import-state.ts';
import { readHeartbeat } from '../../src/state/heartbeat.ts';
import { writePredecessorView } from '../../src/state/predecessor-view-file.ts';
import { removeLeftovers } from '../../src/state/prune-snapshots.ts';
import { listSnapshots, readNewestValid, readSnapshots, writeSnapshot } from '../../src/state/snapshot-store.ts';
import { predecessorViewPath, snapshotPath, snapshotsDirectory, userDirectory } from '../../src/state/state-paths.ts';
import { StateWriteError } from '../../src/system/errors.ts';
import { canMount, makeReadOnly, makeWritable, mountSmallFileSystem } from '../system/small-file-system.ts';
import { bundleProgram, firstOutput, killAndWait, startProgram } from '../system/programs/start-program.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { withoutRoot } from '../system/without-root.ts';
import { sampleAccount, sampleLive, sampleManifest } from './sample-manifest.ts';

const now = new Date('2026-11-20T13:59:51.204Z');

describe('storing a snapshot', () => {
  test('makes the directories and a file that reads back as the same record', () => {
    const stateDir = join(temporaryDirectory(), 'not', 'yet', 'there');
    const id = writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    expect(id).toBe('20261120T135951');
    expect(readNewestValid(stateDir, 'emo')).toEqual({ newest: { id, manifest: sampleManifest() }, damaged: [] });
    expect(readdirSync(snapshotsDirectory(stateDir, 'emo'))).toEqual([`${id}.json`]);
  });

  test('becomes the newest one also when the clock was set back, and changes no older one', () => {
    const stateDir = temporaryDirectory();
    const first = writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    const before = readFileSync(snapshotPath(stateDir, 'emo', first));
    const later = sampleManifest([sampleLive({ name: 'later' })]);
    const second = writeSnapshot(stateDir, sampleAccount, later, new Date('2020-01-01T00:00:00.000Z'));
    expect(readNewestValid(stateDir, 'emo').newest).toEqual({ id: second, manifest: later });
    expect(readFileSync(snapshotPath(stateDir, 'emo', first))).toEqual(before);
  });

  test('also becomes newer than a damaged one', () => {
    const stateDir = temporaryDirectory();
    mkdirSync(snapshotsDirectory(stateDir, 'emo'), { recursive: true });
    writeFileSync(snapshotPath(stateDir, 'emo', '20301120T135951'), '');
    expect(writeSnapshot(stateDir, sampleAccount, sampleManifest(), now)).toBe('20301120T135952');
  });

  test('refuses a record of somebody else, or one that could not be read back', () => {
    const stateDir = temporaryDirectory();
    const nameless = sampleManifest([sampleLive({ name: '' })]);
    expect(() => writeSnapshot(stateDir, { ...sampleAccount, name: 'anca' }, sampleManifest(), now)).toThrow('"emo"');
    const storingOf = (manifest: Manifest) => () => writeSnapshot(stateDir, sampleAccount, manifest, now);
    expect(storingOf(nameless)).toThrow('/manifest/sessions/0/name');
    // Typed, so that it is the failure of this one user and not the end of the run.
    expect(storingOf(nameless)).toThrow(StateWriteError);
    const huge = sampleManifest([sampleLive({ path: 'x'.repeat(8 * 1024 ** 2) })]);
    expect(storingOf(huge)).toThrow('the record would be larger than 8 MiB');
    expect(readdirSync(stateDir)).toEqual([]);
  });
});

describe('rights', () => {
  /** An account of every Debian, whose group is its alone. */
  const daemon = { ...sampleAccount, name: 'daemon', uid: 1, gid: 1 };
  const daemons = { ...sampleManifest(), user: 'daemon' };

  test.runIf(process.geteuid?.() === 0)('as root, the own group of the user may read, and root alone may write', () => {
    const stateDir = join(temporaryDirectory(), 'state');
    const id = writeSnapshot(stateDir, daemon, daemons, now);
    writePredecessorView(stateDir, daemon, daemons, now);
    expect(rightsOf(stateDir)).toBe('755 0:0');
    expect(rightsOf(join(stateDir, 'users'))).toBe('755 0:0');
    expect(rightsOf(join(stateDir, 'users/daemon'))).toBe('750 0:1');
    expect(rightsOf(snapshotsDirectory(stateDir, 'daemon'))).toBe('750 0:1');
    expect(rightsOf(snapshotPath(stateDir, 'daemon', id))).toBe('640 0:1');
    expect(rightsOf(predecessorViewPath(stateDir, 'daemon'))).toBe('600 0:0');
  });

  test.runIf(process.geteuid?.() === 0)(
    'as root, a group that others are in may read nothing, nor what it could read before',
    () => {
      const stateDir = join(temporaryDirectory(), 'state');
      const id = writeSnapshot(stateDir, daemon, daemons, now);
      const shared = { ...daemon, gid: 65_534 };
      const directories = [userDirectory(stateDir, 'daemon'), snapshotsDirectory(stateDir, 'daemon')];
      for (const path of [...directories, snapshotPath(stateDir, 'daemon', id)]) chownSync(path, 0, shared.gid);
      const next = writeSnapshot(stateDir, shared, daemons, now);
      for (const path of directories) expect(rightsOf(path)).toBe('700 0:0');
      for (const one of [id, next]) expect(rightsOf(snapshotPath(stateDir, 'daemon', one))).toBe('600 0:0');
    },
  );

  test.runIf(process.geteuid?.() === 0)('as root, what a link leads to keeps its owner and its mode', () => {
    const directory = temporaryDirectory();
    const stateDir = join(directory, 'state');
    const precious = join(directory, 'precious');
    mkdirSync(precious, { mode: 0o711 });
    mkdirSync(join(stateDir, 'users'), { recursive: true });
    symlinkSync(precious, userDirectory(stateDir, 'daemon'));
    expect(() => writeSnapshot(stateDir, daemon, daemons, now)).toThrow(StateWriteError);
    expect(rightsOf(precious)).toBe('711 0:0');
    expect(readdirSync(precious)).toEqual([]);
  });

  test('as anybody else, the state is private', () => {
    const directory = temporaryDirectory();
    withoutRoot(directory);
    const stateDir = join(directory, 'state');
    writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    expect(rightsOf(stateDir)).toMatch(/^700 /);
    expect(rightsOf(snapshotsDirectory(stateDir, 'emo'))).toMatch(/^700 /);
  });
});

test('a directory without the right to write keeps what it has, and says so', () => {
  const stateDir = temporaryDirectory();
  withoutRoot(stateDir);
  const id = writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
  chmodSync(snapshotsDirectory(stateDir, 'emo'), 0o500);
  expect(() => writeSnapshot(stateDir, sampleAccount, sampleManifest(), now)).toThrow('permission denied');
  expect(readNewestValid(stateDir, 'emo').newest?.id).toBe(id);
  chmodSync(snapshotsDirectory(stateDir, 'emo'), 0o700);
});

describe.runIf(canMount)('a state directory that refuses', () => {
  test('because it is full leaves the old snapshot the newest valid one, and no temporary file', () => {
    const stateDir = mountSmallFileSystem(128 * 1024);
    const id = writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    const large = sampleManifest([sampleLive({ path: 'x'.repeat(256 * 1024) })]);
    expect(() => writeSnapshot(stateDir, sampleAccount, large, new Date())).toThrow(StateWriteError);
    expect(() => writeSnapshot(stateDir, sampleAccount, large, new Date())).toThrow('no space left on device');
    expect(readNewestValid(stateDir, 'emo')).toEqual({ newest: { id, manifest: sampleManifest() }, damaged: [] });
    expect(readdirSync(snapshotsDirectory(stateDir, 'emo'))).toEqual([`${id}.json`]);
  });

  test('because it is read-only still gives its snapshots, and takes new ones once it is mended', () => {
    const stateDir = mountSmallFileSystem(128 * 1024);
    const id = writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    makeReadOnly(stateDir);
    expect(() => writeSnapshot(stateDir, sampleAccount, sampleManifest(), new Date())).toThrow('read-only file system');
    expect(readNewestValid(stateDir, 'emo').newest?.id).toBe(id);
    makeWritable(stateDir);
    expect(writeSnapshot(stateDir, sampleAccount, sampleManifest(), new Date()) > id).toBe(true);
  });
});

describe('writers in other processes', () => {
  test('killed at any moment, they leave whole snapshots, a whole view, a whole heartbeat and a free lock', async () => {
    const stateDir = temporaryDirectory();
    const program = bundleProgram(join(import.meta.dirname, 'write-forever.ts'));
    let newestId = '';
    for (let round = 0; round < 8; round += 1) {
      const writer = startProgram(program, [stateDir]);
      await firstOutput(writer);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      await killAndWait(writer);
      const { newest, damaged } = readNewestValid(stateDir, 'emo');
      expect(damaged).toEqual([]);
      expect((newest?.id ?? '') > newestId).toBe(true);
      newestId = newest?.id ?? '';
      expect([...readSnapshots(stateDir, 'emo')].every(({ kind }) => kind === 'valid')).toBe(true);
      expect(readHeartbeat(stateDir, 'emo')).toMatchObject({ result: 'saved' });
      const view = parseTsv(readFileSync(predecessorViewPath(stateDir, 'emo'), 'utf8'));
      expect(view.problems).toEqual([]);
      expect(view.rows).toHaveLength(20);
    }
    removeLeftovers(stateDir, 'emo');
    expect(
      readdirSync(snapshotsDirectory(stateDir, 'emo')).filter((name) => !/^\d{8}T\d{6}\.json$/.test(name)),
    ).toEqual([]);
  });

  test('at the same time, each stores all of its snapshots, because of the lock', async () => {
    const stateDir = temporaryDirectory();
    const program = bundleProgram(join(import.meta.dirname, 'write-forever.ts'));
    const writers = [1, 2, 3].map(() => startProgram(program, [stateDir, '8']));
    const exits = await Promise.all(writers.map(async (writer) => once(writer, 'exit')));
    expect(exits.map(([code]: unknown[]) => code)).toEqual([0, 0, 0]);
    expect(listSnapshots(stateDir, 'emo')).toHaveLength(24);
    expect([...readSnapshots(stateDir, 'emo')].every(({ kind }) => kind === 'valid')).toBe(true);
  });
});

function rightsOf(path: string): string {
  const { mode, uid, gid } = statSync(path);
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
}
