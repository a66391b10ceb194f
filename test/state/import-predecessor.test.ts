import * as fc from 'fast-check';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/core/manifest.ts';
import { type LoadedManifest, loadManifest } from '../../src/state/load-manifest.ts';
import { listSnapshots, readSnapshots, writeFirstSnapshots, writeSnapshot } from '../../src/state/snapshot-store.ts';
import { removeLeftovers } from '../../src/state/prune-snapshots.ts';
import { userDirectory } from '../../src/state/state-paths.ts';
import { StateReadError } from '../../src/system/errors.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount, sampleManifest } from './sample-manifest.ts';

const [early, middle, late] = ['20261120T080000.tsv', '20261120T080500.tsv', '20261120T081000.tsv'] as const;
const three = { [early]: 'a\t/\t-\n', [middle]: 'a\t/\t-\nb\t/\t-\n', [late]: 'b\t/\t-\n' };

describe('the snapshots of the predecessor', () => {
  test('are all loaded with their times, and the linked one last', () => {
    const { load } = predecessor({ snapshots: three, link: late });
    expect(told(load())).toEqual([
      '2026-11-20T08:00:00.000Z a',
      '2026-11-20T08:05:00.000Z a b',
      '2026-11-20T08:10:00.000Z (a) b',
    ]);
    expect(load().diagnostics).toEqual([]);
  });

  test('with the time of the file, where their names have that of a zone', () => {
    const { directory, load } = predecessor({ snapshots: three, link: late });
    for (const name of readdirSync(directory)) {
      const time = new Date(Date.parse(isoOf(name)) - 2 * 3_600_000);
      utimesSync(join(directory, name), time, time);
    }
    expect(told(load()).map((line) => line.slice(11, 16))).toEqual(['06:00', '06:05', '06:10']);
  });

  test('that are newer than the linked one are left out, because they were never finished', () => {
    const { load, path } = predecessor({ snapshots: three, link: middle });
    expect(told(load()).at(-1)).toBe('2026-11-20T08:05:00.000Z a b');
    expect(messages(load())).toEqual([expect.stringContaining(`${path} leads to ${middle}, so 1 newer`)]);
  });

  test('stand for the linked one where it is missing, and the warning says so', () => {
    const { directory, load, path } = predecessor({ snapshots: three, link: late });
    unlinkSync(join(directory, late));
    expect(told(load()).at(-1)).toBe('2026-11-20T08:05:00.000Z a b');
    expect(messages(load())).toEqual([
      `${path} leads to ${late}, which is not there; the newest snapshot beside it counts`,
    ]);
  });

  test.each([
    [
      'is empty',
      (path: string) => {
        truncateSync(path, 0);
      },
      'it is empty',
    ],
    [
      'holds no line of theirs',
      (path: string) => {
        writeFileSync(path, 'xx');
      },
      'line 1: expected three columns',
    ],
    [
      'is a directory',
      (path: string) => {
        unlinkSync(path);
        mkdirSync(path);
      },
      'it is not a regular file',
    ],
    [
      'is a link',
      (path: string) => {
        unlinkSync(path);
        symlinkSync('/etc/passwd', path);
      },
      'it is a symbolic link',
    ],
    [
      'is large',
      (path: string) => {
        truncateSync(path, 2 ** 30);
      },
      'over the limit',
    ],
    [
      'can be written by everybody',
      (path: string) => {
        chmodSync(path, 0o666);
      },
      'everybody can change it',
    ],
    [
      'holds thousands',
      (path: string) => {
        writeFileSync(path, lines(3000));
      },
      '3000 sessions are over the limit',
    ],
  ])('of which one %s lose only that one, and the warning names it', (_, damage, reason) => {
    for (const name of [middle, late]) {
      const { directory, load } = predecessor({ snapshots: three, link: late });
      damage(join(directory, name));
      expect(told(load())).toHaveLength(2);
      expect(messages(load())).toEqual([
        expect.stringMatching(`^${join(directory, name)} was not imported: .*${reason}`),
      ]);
    }
  });

  test('end with the plain file, where one has taken the place of the link', () => {
    const { path, load } = predecessor({ snapshots: three, link: late });
    unlinkSync(path);
    writeFileSync(path, 'c\t/\t\n');
    utimesSync(path, 0, 0);
    expect(told(load()).at(-1)).toMatch(/ \(a\) \(b\) c$/);
    expect(told(load())).toHaveLength(4);
  });

  test('are not believed where another user could have put them', () => {
    const { directory, load } = predecessor({ snapshots: three, link: late });
    chmodSync(directory, 0o777);
    expect(load).toThrow(StateReadError);
    expect(load).toThrow(`chmod go-w ${directory}`);
  });

  test('are bounded: of thousands the newest 500 are loaded, and the rest is told', () => {
    const startMs = Date.parse('2026-10-01T00:00:00Z');
    const names = Array.from({ length: 3000 }, (_, index) => nameOf(new Date(startMs + index * 60_000)));
    const { directory, load } = predecessor({
      snapshots: Object.fromEntries(names.map((name) => [name, 'a\t/\t-\n'])),
      link: names.at(-1) ?? '',
    });
    expect(told(load())).toHaveLength(500);
    expect(messages(load())).toEqual([`2500 older snapshots in ${directory} not imported: too many`]);
  });

  test('with the time of tomorrow count as taken now', () => {
    const tomorrow = nameOf(new Date(Date.now() + 86_400_000));
    const { load } = predecessor({ snapshots: { [early]: 'a\t/\t-\n', [tomorrow]: 'b\t/\t-\n' }, link: tomorrow });
    const takenAt = load().manifest?.takenAt ?? '';
    expect(Date.parse(takenAt)).toBeLessThanOrEqual(Date.now());
  });
});

describe('what the predecessor kept beside', () => {
  test('tells what was closed since, and what was seen earlier', () => {
    const { stateDir, load } = predecessor({ snapshots: three, link: late });
    writeFileSync(join(stateDir, 'emo.forgotten.tsv'), `b\t${Date.parse('2026-11-20T08:11:00Z') / 1000}\nbroken\n`);
    writeFileSync(join(stateDir, 'emo.history.tsv'), `old\t/\t-\t${Date.parse('2026-11-20T07:00:00Z') / 1000}\n`);
    expect(told(load()).at(-1)).toBe('2026-11-20T08:11:00.000Z (a) (b) (old)');
    expect(messages(load())).toEqual([
      `${join(stateDir, 'emo.forgotten.tsv')} was not wholly imported: line 2: expected a name and a time in seconds`,
    ]);
  });
});

const odd = fc.string({
  unit: fc.constantFrom('a', '-', '7', '\0', '\u001B', '\r', '\t', '\n', '\u2028', '"', '\\', 'ä', '😀'),
  maxLength: 6,
});

test('whatever the files hold, loading neither fails nor takes what it cannot store, and names each file once', () => {
  const cell = fc.oneof(odd, fc.constantFrom('-', '', 'a', '/', 'x'.repeat(40_000)));
  const line = fc.array(cell, { minLength: 1, maxLength: 5 }).map((cells) => cells.join('\t'));
  const text = fc.array(line, { maxLength: 6 }).map((some) => some.join('\n'));
  fc.assert(
    fc.property(text, text, text, text, (one, other, forgotten, seen) => {
      const { stateDir, load } = predecessor({ snapshots: { [early]: one, [late]: other }, link: late });
      writeFileSync(join(stateDir, 'emo.forgotten.tsv'), forgotten);
      writeFileSync(join(stateDir, 'emo.history.tsv'), seen);
      const loaded = load();
      const paths = messages(loaded).map((message) => message.split(' ')[0]);
      expect(new Set(paths).size).toBe(paths.length);
      for (const message of messages(loaded)) expect(message.length).toBeLessThan(1000);
      const manifests = manifestsOf(loaded);
      if (manifests.length === 0) return;
      writeFirstSnapshots(stateDir, sampleAccount, manifests);
      const stored = [...readSnapshots(stateDir, 'emo')];
      expect(stored.map((snapshot) => (snapshot.kind === 'valid' ? snapshot.manifest : null)).toReversed()).toEqual(
        manifests,
      );
    }),
    { numRuns: 40 },
  );
});

describe('the first snapshots', () => {
  test('are stored all at once, after an interrupted attempt as well', () => {
    const { stateDir, load } = predecessor({ snapshots: three, link: late });
    const beside = join(userDirectory(stateDir, 'emo'), 'snapshots.importing');
    mkdirSync(beside, { recursive: true });
    writeFileSync(join(beside, '20261120T080000.json'), '{"half');
    writeFirstSnapshots(stateDir, sampleAccount, manifestsOf(load()));
    expect(listSnapshots(stateDir, 'emo')).toEqual(['20261120T081000', '20261120T080500', '20261120T080000']);
    expect(readdirSync(userDirectory(stateDir, 'emo'))).toEqual(['snapshots']);
    expect(load().origin.kind).toBe('snapshot');
  });

  test('leave nothing of an interrupted attempt, also when there is nothing to import any more', () => {
    const { stateDir } = predecessor({ snapshots: three, link: late });
    const beside = join(userDirectory(stateDir, 'emo'), 'snapshots.importing');
    mkdirSync(beside, { recursive: true });
    writeFileSync(join(beside, '20261120T080000.000Z.json'), '{"half');
    expect(removeLeftovers(stateDir, 'emo')).toEqual([beside]);
    expect(readdirSync(userDirectory(stateDir, 'emo'))).toEqual([]);
  });

  test('replace none that are there: then only the newest is added', () => {
    const { stateDir, load } = predecessor({ snapshots: three, link: late });
    const manifests = manifestsOf(load());
    const id = writeSnapshot(stateDir, sampleAccount, sampleManifest(), new Date('2026-11-01T00:00:00Z'));
    writeFirstSnapshots(stateDir, sampleAccount, manifests);
    expect(listSnapshots(stateDir, 'emo')).toEqual(['20261120T081000', id]);
  });
});

interface Shape {
  readonly snapshots: Readonly<Record<string, string>>;
  readonly link: string;
}

function predecessor({ snapshots, link }: Shape) {
  const stateDir = temporaryDirectory();
  const directory = join(stateDir, 'snapshots', 'emo');
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(snapshots)) writeFileSync(join(directory, name), text);
  const path = join(stateDir, 'emo.tsv');
  symlinkSync(`snapshots/emo/${link}`, path);
  const bootTimeMs = Date.parse('2026-11-01T00:00:00Z');
  const host = { hostname: 'devvm', bootId: 'boot-1', initStartTime: null, initStartedAtMs: bootTimeMs, bootTimeMs };
  const load = (): LoadedManifest =>
    loadManifest({ stateDir, user: 'emo', account: sampleAccount, legacyDir: null, host });
  return { stateDir, directory, path, load };
}

function manifestsOf({ manifest, origin }: LoadedManifest): readonly Manifest[] {
  const earlier = origin.kind === 'imported' ? origin.earlier : [];
  return manifest === null ? [] : [...earlier, manifest];
}

/** The time of each, and its sessions; gone ones in parentheses. */
function told(loaded: LoadedManifest): readonly string[] {
  return manifestsOf(loaded).map(({ takenAt, sessions }) =>
    [takenAt, ...sessions.map(({ name, state }) => (state === 'live' ? name : `(${name})`))].join(' '),
  );
}

function messages({ diagnostics }: LoadedManifest): readonly string[] {
  return diagnostics.map(({ message }) => message);
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `s${index}\t/\t-\n`).join('');
}

function nameOf(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}.tsv`;
}

function isoOf(name: string): string {
  return name.replace(/^(....)(..)(..)T(..)(..)(..)\.tsv$/, '$1-$2-$3T$4:$5:$6Z');
}
