import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
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
    expect(listed).toContain('"20200102T030405.000Z"');
    expect(persist('show', emo.name, '20200102T030405.000Z', '--tsv').stdout).toBe(text);
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

function legacyFile(user: string): string {
  return join(legacyStateDir, `${user}.tsv`);
}

/** A file of the predecessor that is older than this boot. */
function writeLegacy(user: SharedHost['emo']['name'], text: string): void {
  writeFileSync(legacyFile(user), text, { mode: 0o600 });
  const time = new Date('2020-01-02T03:04:05.000Z');
  utimesSync(legacyFile(user), time, time);
}
