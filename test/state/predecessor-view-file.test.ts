import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GoneEntry } from '../../src/core/manifest.ts';
import { nextSeriesName } from '../../src/predecessor/series.ts';
import { writePredecessorView } from '../../src/state/predecessor-view-file.ts';
import { removeLeftovers } from '../../src/state/prune-snapshots.ts';
import { StateReadError } from '../../src/system/errors.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount, sampleGone, sampleLive, sampleManifest } from './sample-manifest.ts';

const now = new Date('2026-11-20T13:59:51.204Z');
const first = '20261119T080000.tsv';

describe("the series of the predecessor's later versions", () => {
  test('gets a new snapshot, private to its owner, and the link leads there', () => {
    const { path, directory, write } = series({ [first]: 'old\t/\t-\n' });
    write('notes');
    expect(readlinkSync(path)).toBe('snapshots/emo/20261120T135951.tsv');
    expect(readFileSync(path, 'utf8')).toMatch(/^notes\t\/\S+\t-\n$/);
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(readFileSync(join(directory, first), 'utf8')).toBe('old\t/\t-\n');
    expect(readdirSync(directory)).toHaveLength(2);
  });

  test('stays as it is while the sessions stay, in whatever order and with whatever for nothing', () => {
    const { path, directory, write } = series({ [first]: '' });
    write('notes', 'other');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    unlinkSync(path);
    writeFileSync(join(directory, '20261121T080000.tsv'), `${lines.toReversed().join('\n').replace(/-$/, '')}\n`);
    symlinkSync('snapshots/emo/20261121T080000.tsv', path);
    const before = readdirSync(directory);
    write('notes', 'other');
    expect(readdirSync(directory)).toEqual(before);
    expect(readlinkSync(path)).toBe('snapshots/emo/20261121T080000.tsv');
  });

  test('gets a later name than its newest, whatever the clock shows', () => {
    const { path, directory, write } = series({ '20270101T000059.tsv': 'old\t/\t-\n' });
    write('notes');
    write('other');
    expect(readdirSync(directory)).toEqual(['20270101T000059.tsv', '20270101T000100.tsv', '20270101T000101.tsv']);
    expect(readlinkSync(path)).toBe('snapshots/emo/20270101T000101.tsv');
  });

  test('keeps an absolute link absolute', () => {
    const { path, directory, write } = series({ [first]: 'old\t/\t-\n' });
    unlinkSync(path);
    symlinkSync(join(directory, first), path);
    write('notes');
    expect(readlinkSync(path)).toBe(join(directory, '20261120T135951.tsv'));
  });

  test.each(['the link dangles', 'the link is missing'])('goes on where %s', (what) => {
    const { path, directory, write } = series({ [first]: 'old\t/\t-\n' });
    if (what.endsWith('missing')) unlinkSync(path);
    else unlinkSync(join(directory, first));
    write('notes');
    expect(readlinkSync(path)).toBe('snapshots/emo/20261120T135951.tsv');
    expect(readFileSync(path, 'utf8')).toMatch(/^notes\t/);
  });

  test('gets the link alone where a save was interrupted before it', () => {
    const { path, directory, write } = series({ [first]: 'old\t/\t-\n' });
    write('notes');
    unlinkSync(path);
    symlinkSync(`snapshots/emo/${first}`, path);
    write('notes');
    expect(readdirSync(directory)).toEqual([first, '20261120T135951.tsv']);
    expect(readlinkSync(path)).toBe('snapshots/emo/20261120T135951.tsv');
  });

  test('grows to 200 and no further, but a longer one is not cut', () => {
    for (const [before, after] of [
      [199, 200],
      [200, 200],
      [250, 250],
    ] as const) {
      const { directory, write } = series(manySnapshots(before));
      write('notes');
      expect(readdirSync(directory)).toHaveLength(after);
      expect(readdirSync(directory).at(-1)).toBe('20261120T135951.tsv');
    }
  });

  test('loses what an interrupted save has left half', () => {
    const { stateDir, directory, write } = series({ [first]: 'old\t/\t-\n' });
    write('notes');
    const leftovers = [
      join(directory, '.20261120T135951.tsv.99.0123456789ab.tmp'),
      join(stateDir, '.emo.tsv.99.0123456789ab.tmp'),
      join(stateDir, '.emo.forgotten.tsv.99.0123456789ab.tmp'),
    ];
    for (const path of leftovers) writeFileSync(path, 'notes\t');
    writeFileSync(join(directory, '.anything.else'), '');
    expect(removeLeftovers(stateDir, 'emo').toSorted()).toEqual(leftovers.toSorted());
    expect(readdirSync(directory)).toEqual(['.anything.else', first, '20261120T135951.tsv']);
  });

  test('is not written where another user could change it', () => {
    const { stateDir } = series({ [first]: 'old\t/\t-\n' });
    const elsewhere = temporaryDirectory();
    symlinkSync(elsewhere, join(stateDir, 'snapshots/anca'));
    symlinkSync(`snapshots/anca/${first}`, join(stateDir, 'anca.tsv'));
    expect(() => {
      writePredecessorView(stateDir, { ...sampleAccount, name: 'anca' }, sampleManifest(), now);
    }).toThrow(StateReadError);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('is left alone where a plain file has taken the place of the link, which stays plain', () => {
    const { path, directory, write } = series({ [first]: 'old\t/\t-\n' });
    unlinkSync(path);
    writeFileSync(path, 'plain\t/\t\n');
    write('notes');
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path, 'utf8')).toMatch(/^notes\t\S+\t\n$/);
    expect(readdirSync(directory)).toEqual([first]);
  });
});

describe('the tombstones beside', () => {
  test('get what was closed or forgotten, and keep what they had', () => {
    const { stateDir } = series({ [first]: 'old\t/\t-\n' });
    const path = join(stateDir, 'emo.forgotten.tsv');
    writeFileSync(path, 'before\t1795000000\nnotes\t1\n');
    const sessions = [
      sampleLive({ name: 'alive' }),
      closed('notes', '2026-11-20T12:00:00.500Z'),
      sampleGone({ name: 'dropped', cause: 'forgotten', goneAt: '2026-11-20T13:00:00.000Z' }),
      sampleGone({
        name: 'crashed',
        cause: 'forgotten',
        goneAt: '2026-11-20T13:00:00.000Z',
        forgottenAt: '2026-11-20T14:00:00.000Z',
      }),
      sampleGone({ name: 'lost', cause: 'reboot', goneAt: '2026-11-20T13:00:00.000Z' }),
    ];
    writePredecessorView(stateDir, sampleAccount, sampleManifest(sessions), now);
    expect(readFileSync(path, 'utf8')).toBe(
      'before\t1795000000\nnotes\t1795176000\ndropped\t1795179600\ncrashed\t1795183200\n',
    );
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    const { ino } = statSync(path);
    writePredecessorView(stateDir, sampleAccount, sampleManifest(sessions), now);
    expect(statSync(path).ino).toBe(ino);
  });

  test('are not made for a version that knows none', () => {
    const { stateDir } = series({ [first]: 'old\t/\t-\n' });
    const manifest = sampleManifest([closed('notes', '2026-11-20T12:00:00.000Z')]);
    writePredecessorView(stateDir, sampleAccount, manifest, now);
    expect(readdirSync(stateDir)).not.toContain('emo.forgotten.tsv');
  });
});

function manySnapshots(count: number): Record<string, string> {
  const startMs = Date.parse('2026-01-01T00:00:00Z');
  const names = Array.from({ length: count }, (_, index) => nextSeriesName(new Date(startMs + index * 1000), []));
  return Object.fromEntries(names.map((name) => [name, 'old\t/\t-\n']));
}

function closed(name: string, goneAt: string): GoneEntry {
  return sampleGone({ name, cause: 'closed', goneAt });
}

/** The state of the later versions, whose link leads to the newest snapshot. */
function series(snapshots: Readonly<Record<string, string>>) {
  const stateDir = temporaryDirectory();
  const directory = join(stateDir, 'snapshots', 'emo');
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(snapshots)) writeFileSync(join(directory, name), text);
  const path = join(stateDir, 'emo.tsv');
  symlinkSync(`snapshots/emo/${Object.keys(snapshots).toSorted().at(-1) ?? ''}`, path);
  const write = (...names: readonly string[]): void => {
    const manifest = sampleManifest(names.map((name) => sampleLive({ name })));
    writePredecessorView(stateDir, sampleAccount, manifest, now);
  };
  return { stateDir, directory, path, write };
}
