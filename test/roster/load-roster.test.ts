import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rosterProblemText } from '../../src/core/roster.ts';
import { loadRoster, RosterReadError } from '../../src/roster/load-roster.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roster-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function written(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('loading a roster', () => {
  test.each([
    ['roster.yaml', 'users: {emo: }'],
    ['roster.yml', 'users: {emo: }'],
    ['roster.json', '{"users": {"emo": null}}'],
    ['ttyd-user-map', 'emil=emo'],
    ['roster.yaml.map', 'emil=emo'],
  ])('reads %s in the form that its name says', async (name, content) => {
    const path = written(name, content);
    expect(await loadRoster(path)).toMatchObject({ roster: { path, users: [{ name: 'emo' }] }, problems: [] });
  });

  test('returns what is wrong inside the file', async () => {
    expect(await loadRoster(written('r.yaml', 'users: {emo: 5}'))).toMatchObject({
      roster: { users: [{ name: 'emo', mistake: expect.stringContaining('must be a map') }] },
      problems: [{ severity: 'error', line: 1, column: 14 }],
      copy: null,
    });
  });

  test('tells that the file is missing, with path and reason', async () => {
    const path = join(directory, 'none.yaml');
    const error = await loadRoster(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RosterReadError);
    expect(error).toMatchObject({
      path,
      reason: 'no such file or directory',
      message: `roster ${path} cannot be read: no such file or directory`,
    });
  });

  test.each([
    ['a directory', () => directory, 'it is not a regular file'],
    ['a file that is too large', () => written('r.yaml', Buffer.alloc(10 * 1024 * 1024)), 'it is larger than 1024 KiB'],
    ['a file that is not UTF-8', () => written('r.yaml', Uint8Array.of(0x75, 0xff, 0xfe)), 'it is not UTF-8 text'],
    ['an empty path', () => '', 'no such file or directory'],
  ])('refuses %s', async (_, path, reason) => {
    await expect(loadRoster(path())).rejects.toMatchObject({ name: 'RosterReadError', reason });
  });

  test('refuses a named pipe at once, rather than to wait for its writer', async () => {
    const path = join(directory, 'pipe.yaml');
    execFileSync('mkfifo', [path]);
    await expect(loadRoster(path)).rejects.toMatchObject({ reason: 'it is not a regular file' });
  });

  test('follows a symbolic link', async () => {
    const link = join(directory, 'link.yaml');
    symlinkSync(written('real', 'users: {emo: }'), link);
    expect(await loadRoster(link)).toMatchObject({ roster: { path: link, users: [{ name: 'emo' }] } });
  });
});

describe('a user map with its settings in a file beside it', () => {
  const map = 'emil=emo\nanca=anca:/srv\n';

  async function loaded(settings: string) {
    written('persist.yaml', settings);
    const reading = await loadRoster(written('ttyd-user-map', map));
    return { ...reading, texts: reading.problems.map((one) => rosterProblemText(one.path, one)) };
  }

  function policiesOf({ roster }: Awaited<ReturnType<typeof loaded>>) {
    return roster?.users.map(({ name, parked, policy }) => [name, parked, policy.exclude, policy.keepSnapshots]);
  }

  test('takes the settings that a roster has, also for single users', async () => {
    const reading = await loaded(
      'persist: { exclude: ["__*"], start: { agents_at_once: 3 } }\n' +
        'users:\n  anca: { parked: yes, persist: { keep_snapshots: 7 } }\n',
    );
    expect(reading.texts).toEqual([]);
    expect(policiesOf(reading)).toEqual([
      ['emo', false, ['__*'], 200],
      ['anca', true, ['__*'], 7],
    ]);
    expect(reading.roster?.start.agentsAtOnce).toBe(3);
    expect(reading.roster?.users.map(({ logins }) => logins)).toEqual([
      [{ name: 'emil', cwd: null }],
      [{ name: 'anca', cwd: '/srv' }],
    ]);
  });

  test('takes them without the word persist, too, and none from an empty file', async () => {
    expect(policiesOf(await loaded('exclude: ["__*"]\nkeep_snapshots: 9\n'))).toEqual([
      ['emo', false, ['__*'], 9],
      ['anca', false, ['__*'], 9],
    ]);
    expect(await loaded('# nothing yet\n')).toMatchObject({ texts: [], roster: { users: [{ name: 'emo' }, {}] } });
  });

  test('tells a mistake with the place in that file, and cannot be used when it concerns all', async () => {
    const path = join(directory, 'persist.yaml');
    expect(await loaded('exclude: ["__*"]\nheal: perhaps\n')).toMatchObject({
      roster: null,
      texts: [`${path}:2:7: persist.heal must be "on", "off" or a map, not "perhaps"`],
    });
    expect(await loaded('exclude: [*]\n')).toMatchObject({
      roster: null,
      texts: [expect.stringContaining(`${path}:1:11: `)],
    });
    const oneUser = await loaded('users:\n  emo: { persist: { heal: perhaps } }\n  eva: {}\n');
    expect(oneUser.roster?.users.map(({ mistake }) => mistake === null)).toEqual([false, true]);
    expect(oneUser.texts).toEqual([
      `${path}:2:27: user "emo": persist.heal must be "on", "off" or a map, not "perhaps"`,
      `${path}:3:3: warning: user "eva" is not in the user map`,
    ]);
  });

  test('is copied as one roster, to go on with when either file is broken', async () => {
    const { roster, copy } = await loaded(
      'persist: { exclude: ["__*"] }\nusers: { anca: { persist: { heal: off } } }\n',
    );
    const again = parseRoster(copy ?? '', 'copy').roster;
    expect(again?.users.map(({ name, policy }) => [name, policy])).toEqual(
      roster?.users.map(({ name, policy }) => [name, policy]),
    );
  });
});
