import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConfigFiles } from '../../../src/system/files/config-files.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const isRoot = process.getuid?.() === 0;
const own = { name: 'root', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: '/', shell: '/bin/sh' };
const daemon = { name: 'daemon', uid: 1, gid: 1, home: '/', shell: '/bin/sh' };

describe('a configuration file', () => {
  test.each([
    ['of the account', '', { kind: 'usable' }],
    ['behind a link of the account', 'link', { kind: 'usable' }],
    ['with an odd name', " $(touch x) 'é'\n;", { kind: 'usable' }],
    ['that is missing', 'missing', 'is missing or closed'],
    ['that is a directory', 'directory', 'is not a regular file'],
    ['that everybody can change', 'open', 'can be changed by others'],
    ['that a shared group can change', 'shared', 'can be changed by others'],
    ['in a directory that everybody can change', 'yard/inside', 'is in a directory that others can change'],
    ['behind a link to such a place', 'link to the yard', 'is in a directory that others can change'],
  ])('%s', async (_, name, verdict) => {
    const parent = temporaryDirectory();
    const path = join(parent, name === '' ? 'plain' : name);
    mkdirSync(join(parent, 'yard'));
    mkdirSync(join(parent, 'directory'));
    for (const file of ['plain', 'open', 'shared', 'yard/inside', " $(touch x) 'é'\n;"]) {
      writeFileSync(join(parent, file), '');
    }
    if (isRoot) chownSync(join(parent, 'shared'), 0, 1);
    chmodSync(join(parent, 'shared'), isRoot ? 0o664 : 0o666);
    chmodSync(join(parent, 'open'), 0o646);
    chmodSync(join(parent, 'yard'), 0o757);
    symlinkSync('plain', join(parent, 'link'));
    symlinkSync('yard/inside', join(parent, 'link to the yard'));
    const expected = typeof verdict === 'string' ? { kind: 'unusable', why: `${path} ${verdict}` } : verdict;
    expect(await checkConfigFiles(own, false, [path], 5_000)).toEqual(expected);
  });

  test('that does not exist counts as unusable among others that are usable', async () => {
    const parent = temporaryDirectory();
    writeFileSync(join(parent, 'plain'), '');
    const paths = ['/dev/null', join(parent, 'plain'), join(parent, 'missing')];
    expect(await checkConfigFiles(own, false, paths.slice(0, 2), 5_000)).toEqual({ kind: 'usable' });
    const why = `${join(parent, 'missing')} is missing or closed`;
    expect(await checkConfigFiles(own, false, paths, 5_000)).toEqual({ kind: 'unusable', why });
  });

  test.each(['relative', '', '/a\0b', '/dev/zero'])('called %j is unusable', async (path) => {
    expect(await checkConfigFiles(own, false, [path], 5_000)).toMatchObject({ kind: 'unusable' });
  });

  test.runIf(isRoot)(
    'is looked at with the rights of the account, and may be root\u2019s or the account\u2019s',
    async () => {
      const parent = temporaryDirectory();
      chmodSync(parent, 0o755);
      const files = ['theirs', 'roots', 'closed', 'of-another'].map((name) => join(parent, name));
      for (const file of files) writeFileSync(file, '', { mode: 0o644 });
      chownSync(join(parent, 'theirs'), 1, 1);
      mkdirSync(join(parent, 'locked'), { mode: 0o700 });
      writeFileSync(join(parent, 'locked/inside'), '');
      chownSync(join(parent, 'of-another'), 2, 2);
      const verdicts = await Promise.all(
        ['theirs', 'roots', 'locked/inside', 'of-another'].map((name) =>
          checkConfigFiles(daemon, true, [join(parent, name)], 5_000),
        ),
      );
      expect(verdicts).toEqual([
        { kind: 'usable' },
        { kind: 'usable' },
        { kind: 'unusable', why: `${parent}/locked/inside is missing or closed` },
        { kind: 'unusable', why: `${parent}/of-another can be changed by others` },
      ]);
    },
  );
});
