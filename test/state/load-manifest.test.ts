import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadManifest, type LoadManifestRequest } from '../../src/state/load-manifest.ts';
import { writeSnapshot } from '../../src/state/snapshot-store.ts';
import { snapshotPath } from '../../src/state/state-paths.ts';
import { StateReadError } from '../../src/system/errors.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount, sampleManifest } from './sample-manifest.ts';

const now = new Date('2026-11-20T13:59:51.204Z');
const none = { manifest: null, origin: { kind: 'none' }, damaged: [], diagnostics: [] };

describe('loading the manifest of a user', () => {
  test('of whom nothing is stored gives none', () => {
    expect(loadManifest(requestIn(temporaryDirectory()))).toEqual(none);
  });

  test('gives the newest valid snapshot, and a warning for each damaged one before it', () => {
    const stateDir = temporaryDirectory();
    const id = writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    const damagedId = writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    const path = snapshotPath(stateDir, 'emo', damagedId);
    truncateSync(path, 0);
    writeFileSync(join(stateDir, 'emo.tsv'), 'other\t/\t\n');
    expect(loadManifest(requestIn(stateDir))).toEqual({
      manifest: sampleManifest(),
      origin: { kind: 'snapshot', id },
      damaged: [{ id: damagedId, reason: 'it is empty (0 bytes)' }],
      diagnostics: [
        {
          severity: 'warning',
          code: 'snapshot-damaged',
          user: 'emo',
          message: `snapshot ${damagedId} is passed over: it is empty (0 bytes) (${path})`,
        },
      ],
    });
  });

  test('needs no account for a stored snapshot, but one for an import', () => {
    const stateDir = temporaryDirectory();
    writeFileSync(join(stateDir, 'emo.tsv'), 'notes\t/\t\n');
    expect(loadManifest({ ...requestIn(stateDir), account: null })).toEqual(none);
    writeSnapshot(stateDir, sampleAccount, sampleManifest(), now);
    expect(loadManifest({ ...requestIn(stateDir), account: null }).manifest).toEqual(sampleManifest());
  });

  test("imports the predecessor's file, dated by its modification time, and tells of the lines it could not read", () => {
    const stateDir = temporaryDirectory();
    const path = join(stateDir, 'emo.tsv');
    writeFileSync(path, 'notes\t/home/emo/code\t\nbroken\n');
    utimesSync(path, 1_795_000_000, 1_795_000_000);
    const loaded = loadManifest(requestIn(stateDir));
    expect(loaded.origin).toEqual({ kind: 'imported', path, earlier: [] });
    expect(loaded.manifest).toMatchObject({
      takenAt: new Date(1_795_000_000_000).toISOString(),
      sessions: [{ name: 'notes' }],
    });
    expect(loaded.diagnostics).toMatchObject([{ code: 'import-line', user: 'emo', severity: 'warning' }]);
    expect(loaded.diagnostics[0]?.message).toContain(`${path} was not wholly imported: line 2:`);
  });

  test('an imported manifest can be stored as the first snapshot', () => {
    const stateDir = temporaryDirectory();
    writeFileSync(join(stateDir, 'emo.tsv'), 'notes\t/home/emo/code\t\n');
    const { manifest } = loadManifest(requestIn(stateDir));
    if (manifest === null) throw new Error('nothing was imported');
    const id = writeSnapshot(stateDir, sampleAccount, manifest, now);
    expect(loadManifest(requestIn(stateDir))).toEqual({
      manifest,
      origin: { kind: 'snapshot', id },
      damaged: [],
      diagnostics: [],
    });
  });

  test('goes on to the file under the old name where the newer one is missing or was emptied', () => {
    const stateDir = temporaryDirectory();
    const legacyDir = temporaryDirectory();
    const request = { ...requestIn(stateDir), legacyDir };
    writeFileSync(join(legacyDir, 'emo.tsv'), 'old\t/\t\n');
    expect(loadManifest(request).origin).toEqual({ kind: 'imported', path: join(legacyDir, 'emo.tsv'), earlier: [] });
    writeFileSync(join(stateDir, 'emo.tsv'), '');
    expect(loadManifest(request).origin).toEqual({ kind: 'imported', path: join(legacyDir, 'emo.tsv'), earlier: [] });
    writeFileSync(join(stateDir, 'emo.tsv'), 'new\t/\t\n');
    expect(loadManifest(request).origin).toEqual({ kind: 'imported', path: join(stateDir, 'emo.tsv'), earlier: [] });
  });

  test('where all snapshots are damaged uses the view that was kept in step, and never the file under the old name', () => {
    const stateDir = temporaryDirectory();
    const legacyDir = temporaryDirectory();
    writeFileSync(join(legacyDir, 'emo.tsv'), 'old\t/\t\n');
    truncateSync(snapshotPath(stateDir, 'emo', writeSnapshot(stateDir, sampleAccount, sampleManifest(), now)), 9);
    const request = { ...requestIn(stateDir), legacyDir };
    expect(loadManifest(request)).toMatchObject({ manifest: null, origin: { kind: 'none' } });
    writeFileSync(join(stateDir, 'emo.tsv'), 'new\t/\t\n');
    const loaded = loadManifest(request);
    expect(loaded.manifest?.sessions.map(({ name }) => name)).toEqual(['new']);
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(['snapshot-damaged']);
  });

  test('that is there but cannot be read is an error, never none', () => {
    const stateDir = temporaryDirectory();
    mkdirSync(join(stateDir, 'emo.tsv'));
    expect(() => loadManifest(requestIn(stateDir))).toThrow(StateReadError);
    expect(() => loadManifest(requestIn(stateDir))).toThrow('it is not a regular file');
  });
});

function requestIn(stateDir: string): LoadManifestRequest {
  const bootTimeMs = Date.parse('2026-11-20T08:00:00Z');
  const host = { hostname: 'devvm', bootId: 'boot-1', initStartTime: null, initStartedAtMs: bootTimeMs, bootTimeMs };
  return { stateDir, user: 'emo', account: sampleAccount, legacyDir: null, host };
}
