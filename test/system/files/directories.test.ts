import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkDirectories, fallbackCandidates } from '../../../src/system/files/directories.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const isRoot = process.getuid?.() === 0;
const own = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' };

describe('checking directories', () => {
  test('tells which can be entered, whatever they are called', async () => {
    const parent = temporaryDirectory();
    const odd = ['-d', '!', ' two  spaces ', 'tab\tnew\nline', '$(touch x)', "it's", ';', '🦊'].map((n) =>
      join(parent, n),
    );
    for (const path of odd) mkdirSync(path);
    writeFileSync(join(parent, 'file'), '');
    const missing = [join(parent, 'missing'), join(parent, 'file'), 'relative', '', `/a\0b`];

    const check = await checkDirectories(own, false, [...odd, ...missing], 5_000);

    if (check.kind !== 'checked') throw new Error(check.reason);
    expect([...check.usable]).toEqual([...odd.map((path) => [path, true]), ...missing.map((path) => [path, false])]);
  });

  test('checks more than one call can take', async () => {
    const paths = Array.from({ length: 3_000 }, (_, at) => `/${'x'.repeat(900)}${at}`);
    const check = await checkDirectories(own, false, ['/', ...paths, '/usr'], 5_000);
    if (check.kind !== 'checked') throw new Error(check.reason);
    expect(check.usable.size).toBe(3_002);
    expect([...check.usable].filter(([, usable]) => usable).map(([path]) => path)).toEqual(['/', '/usr']);
  });

  test('calls nothing when there is nothing to check', async () => {
    expect(await checkDirectories(own, false, [], 0)).toEqual({
      kind: 'checked',
      usable: new Map(),
      silent: new Set(),
    });
  });

  test.runIf(isRoot)('looks with the rights of the account, its groups included', async () => {
    const parent = temporaryDirectory();
    chmodSync(parent, 0o755);
    const daemon = { name: 'daemon', uid: 1, gid: 1, home: '/', shell: '/bin/sh' };
    for (const name of ['theirs', 'roots', 'group']) mkdirSync(join(parent, name), { mode: 0o700 });
    chownSync(join(parent, 'theirs'), 1, 0);
    chownSync(join(parent, 'group'), 0, 1);
    chmodSync(join(parent, 'group'), 0o750);
    const paths = ['theirs', 'roots', 'group'].map((name) => join(parent, name));

    const check = await checkDirectories(daemon, true, paths, 5_000);

    if (check.kind !== 'checked') throw new Error(check.reason);
    expect([...check.usable.values()]).toEqual([true, false, true]);
  });

  test.runIf(isRoot)('says so when it cannot look', async () => {
    const nobody = { name: 'no-such-account', uid: 4242, gid: 4242, home: '/', shell: '/bin/sh' };
    expect(await checkDirectories(nobody, true, ['/'], 5_000)).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/^directories of no-such-account could not be checked: .*4242 not found/),
    });
  });

  test('gives up at the time limit', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `/no-such-directory/${at}`);
    const check = await checkDirectories(own, false, many, 1);
    expect(check).toEqual({
      kind: 'failed',
      reason: 'directories of root could not be checked: no answer within 0.001 s',
    });
  });
});

describe('where a session goes instead', () => {
  test.each([
    ['/home/emo/code/x/y', '/home/emo', ['/home/emo/code/x', '/home/emo/code', '/home/emo']],
    ['/home/emo/code', '/home/emo/', ['/home/emo']],
    ['/home/emo', '/home/emo', ['/home/emo']],
    ['/home/emo2/code', '/home/emo', ['/home/emo']],
    ['/srv/www/site', '/home/emo', ['/home/emo']],
    ['/home/emo/../root/x', '/home/emo', ['/home/emo']],
    ['/home/emo/a/../b/c', '/home/emo', ['/home/emo/b', '/home/emo']],
    ['relative/path', '/home/emo', ['/home/emo']],
    ['', '/home/emo', ['/home/emo']],
    ['/a/b', '/', ['/a', '/']],
    [`/home/emo${'/d'.repeat(2_000)}`, '/home/emo', ['/home/emo']],
  ])('of %s with home %s is one of %j', (path, home, candidates) => {
    expect(fallbackCandidates(path, home)).toEqual(candidates);
  });
});
