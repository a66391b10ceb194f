import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadRoster, RosterReadError } from '../../src/roster/load-roster.ts';

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
