import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { legacyStateDir } from '../../src/state/load-manifest.ts';
import { plannedFor, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();
const id = '92edec57-0000-4000-8000-000000000001';

/** The directory is the host's: what is in it besides stays, and it goes away only if it was not there before. */
let wasThere = true;
beforeEach(() => {
  wasThere = existsSync(legacyStateDir);
  mkdirSync(legacyStateDir, { recursive: true });
});
afterEach(() => {
  const { emo, anca, wizard } = host();
  for (const { name } of [emo, anca, wizard]) rmSync(legacyFile(name), { force: true });
  if (!wasThere) rmdirSync(legacyStateDir);
});

describe('what the predecessor recorded under its first name', () => {
  test('comes back after a reboot, and each user gets their own', () => {
    const { emo, anca, persist, plan } = host();
    writeLegacy(emo.name, `notes\t${emo.home}\t\nai\t/usr\t${id}\n`);
    writeLegacy(anca.name, `notes\t${anca.home}\t\n`);
    expect(plannedFor(plan())).toEqual([
      `${emo.name}: create ai (reboot)`,
      `${emo.name}: create notes (reboot)`,
      `${anca.name}: create notes (reboot)`,
    ]);
    expect(persist('apply', '--user', anca.name).exitCode).toBe(0);
    expect(anca.sessions()).toEqual(['notes']);
    expect(emo.serverPid()).toBeNull();
  });

  test('becomes the first snapshot, dated as the file, which stays as it is', () => {
    const { emo, persist, stateDirectory } = host();
    const text = `ai\t/usr\t${id}\nnotes\t${emo.home}\t\n`;
    writeLegacy(emo.name, text);
    const before = statSync(legacyFile(emo.name)).mtimeMs;
    expect(persist('save', '--user', emo.name).exitCode).toBe(0);

    const listed = persist('snapshots', emo.name, '--json').stdout;
    expect(listed).toContain('"20200102T030405"');
    expect(persist('show', emo.name, '20200102T030405', '--tsv').stdout).toBe(text);
    expect(readFileSync(legacyFile(emo.name), 'utf8')).toBe(text);
    expect(statSync(legacyFile(emo.name)).mtimeMs).toBe(before);
    expect(existsSync(join(stateDirectory, `${emo.name}.tsv`))).toBe(true);
  });

  test('is not read any more once a snapshot is there', () => {
    const { emo, persist, plan } = host();
    emo.startSession('mine');
    persist('save');
    writeLegacy(emo.name, `stale\t${emo.home}\t\n`);
    expect(plannedFor(plan('--user', emo.name))).toEqual([`${emo.name}: live mine`]);
  });

  test('is not taken from a user who could have written it, and the others get theirs', () => {
    const { emo, anca, persist, plan } = host();
    for (const { name, home } of [emo, anca]) writeLegacy(name, `notes\t${home}\t\n`);
    chownSync(legacyFile(emo.name), emo.uid, emo.gid);
    expect(plannedFor(plan())).toEqual([`${anca.name}: create notes (reboot)`]);
    expect(persist('save').stdout).toContain(`cannot read ${legacyFile(emo.name)}: it belongs to user id ${emo.uid}`);
  });

  test('is not read by a user who is not root', () => {
    const { emo, persistAs } = host();
    writeLegacy(emo.name, `stale\t${emo.home}\t\n`);
    const planned = persistAs(emo, {}, 'plan', '--user', emo.name);
    expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing to do') });
  });
});

describe("the series of the predecessor's later versions", () => {
  test("is root's, private, and of each user alone, and stays so when it goes on", () => {
    const { emo, anca, persist, plan, stateDirectory } = host();
    const directory = series(stateDirectory, emo, {
      '20200101T000000.tsv': 'old\t/usr\t-\n',
      [newest]: 'notes\t/usr\t-\n',
    });
    series(stateDirectory, anca, { [newest]: 'hers\t/usr\t-\n' });
    expect(plannedFor(plan())).toEqual([`${emo.name}: create notes (reboot)`, `${anca.name}: create hers (reboot)`]);
    emo.startSession('mine');
    expect(persist('save', '--user', emo.name).exitCode).toBe(0);
    const path = join(stateDirectory, `${emo.name}.tsv`);
    const name = readlinkSync(path);
    expect(name).toMatch(new RegExp(`^snapshots/${emo.name}/20[0-9]{6}T[0-9]{6}\\.tsv$`));
    expect(lstatSync(path).uid).toBe(0);
    expect(statSync(path)).toMatchObject({ uid: 0, gid: 0 });
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(readdirSync(directory)).toHaveLength(3);
    expect(snapshotsOf(persist('snapshots', emo.name).stdout).slice(1)).toEqual(['20200102T030405', '20200101T000000']);
  });

  test('loses the one file that its user could have written, and nothing else', () => {
    const { emo, persist, plan, stateDirectory } = host();
    const directory = series(stateDirectory, emo, {
      '20200101T000000.tsv': 'old\t/usr\t-\n',
      [newest]: 'false\t/usr\t-\n',
    });
    chownSync(join(directory, newest), emo.uid, emo.gid);
    expect(plannedFor(plan('--user', emo.name))).toEqual([`${emo.name}: create old (reboot)`]);
    const saved = persist('save', '--user', emo.name);
    expect(saved.exitCode).toBe(0);
    expect(saved.stderr).toContain(`${join(directory, newest)} was not imported: it belongs to user id ${emo.uid}`);
  });

  test.each(['snapshots', 'the directory of the user'])('is not believed where %s is that of a user', (what) => {
    const { emo, anca, persist, plan, stateDirectory } = host();
    const directory = series(stateDirectory, emo, { [newest]: 'false\t/usr\t-\n' });
    const place = what === 'snapshots' ? join(stateDirectory, 'snapshots') : directory;
    chownSync(place, emo.uid, emo.gid);
    expect(plannedFor(plan('--user', emo.name))).toEqual([]);
    const saved = persist('save');
    expect(saved.exitCode).toBe(4);
    expect(saved.stdout).toContain(`cannot read ${place}: it belongs to user id ${emo.uid}`);
    expect(saved.stdout).not.toContain(`${anca.name}: not saved`);
  });

  test('is not followed through a link to the files of a user', () => {
    const { emo, persist, plan, stateDirectory } = host();
    const own = join(emo.home, 'planted');
    mkdirSync(own);
    writeFileSync(join(own, newest), 'false\t/usr\t-\n');
    mkdirSync(join(stateDirectory, 'snapshots'), { recursive: true });
    symlinkSync(own, join(stateDirectory, 'snapshots', emo.name));
    symlinkSync(`snapshots/${emo.name}/${newest}`, join(stateDirectory, `${emo.name}.tsv`));
    expect(plannedFor(plan('--user', emo.name))).toEqual([]);
    expect(persist('save', '--user', emo.name).exitCode).toBe(4);
    expect(readdirSync(own)).toEqual([newest]);
  });
});

const newest = '20200102T030405.tsv';

/** As root's script leaves it; returns the directory of the snapshots. */
function series(
  stateDirectory: string,
  { name }: SharedHost['emo'],
  snapshots: Readonly<Record<string, string>>,
): string {
  const directory = join(stateDirectory, 'snapshots', name);
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of Object.entries(snapshots)) writeFileSync(join(directory, file), text, { mode: 0o600 });
  symlinkSync(`snapshots/${name}/${newest}`, join(stateDirectory, `${name}.tsv`));
  return directory;
}

function snapshotsOf(rows: string): readonly string[] {
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => row.split('\t')[0] ?? '');
}

function legacyFile(user: string): string {
  return join(legacyStateDir, `${user}.tsv`);
}

/** A file of the predecessor that is older than this boot. */
function writeLegacy(user: SharedHost['emo']['name'], text: string): void {
  writeFileSync(legacyFile(user), text, { mode: 0o600 });
  const time = new Date('2020-01-02T03:04:05.000Z');
  utimesSync(legacyFile(user), time, time);
}
