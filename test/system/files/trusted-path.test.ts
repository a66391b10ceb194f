import { chmodSync, lchownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { distrustedEntry, distrustedPath } from '../../../src/system/files/trusted-path.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const somebody = 65_534;

describe.runIf(process.geteuid?.() === 0)('a path that root is to use', () => {
  test('is trusted below /tmp, in which nobody can rename what is root’s, and where nothing is yet', () => {
    const directory = temporaryDirectory();
    expect(distrustedPath(directory)).toBeNull();
    expect(distrustedPath(join(directory, 'not', 'yet'))).toBeNull();
    expect(distrustedPath('/')).toBeNull();
  });

  test('is not trusted where everybody may write, sticky or not', () => {
    const shared = join(temporaryDirectory(), 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    expect(distrustedPath(shared)).toMatchObject({ path: shared, why: 'everybody can change it' });
    writeFileSync(join(shared, 'file'), '');
    expect(distrustedPath(join(shared, 'file'))).toBeNull();
    chmodSync(shared, 0o777);
    expect(distrustedPath(join(shared, 'file'))).toMatchObject({ path: shared, mend: `chmod go-w ${shared}` });
  });

  test('is not trusted where anybody else owns a part of it, and no command gives root a part on the way', () => {
    const directory = temporaryDirectory();
    const home = join(directory, 'home of vic');
    const file = join(home, 'state');
    mkdirSync(home);
    writeFileSync(file, '');
    lchownSync(home, somebody, somebody);
    expect(distrustedPath(file)).toEqual({ path: home, why: `it belongs to user id ${somebody}`, mend: null });
    expect(distrustedPath(home)).toMatchObject({ mend: `chown -h 0 '${home}'` });
  });

  test('is followed through links of root’s, wherever they lead, and through nobody else’s', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'real/deep'), { recursive: true });
    symlinkSync('real', join(directory, 'link'));
    symlinkSync('../link/deep/..', join(directory, 'real/back'));
    symlinkSync('/nowhere/at/all', join(directory, 'dangling'));
    for (const name of ['link/deep', 'real/back/deep', 'dangling']) {
      expect(distrustedPath(join(directory, name))).toBeNull();
    }
    lchownSync(join(directory, 'real/deep'), somebody, 0);
    expect(distrustedPath(join(directory, 'real/back/deep'))).toMatchObject({ path: join(directory, 'real/deep') });
    lchownSync(join(directory, 'link'), somebody, 0);
    expect(distrustedPath(join(directory, 'link'))).toMatchObject({ path: join(directory, 'link') });
  });

  test('is not trusted in a loop of links, below a file, or where the system does not tell', () => {
    const directory = temporaryDirectory();
    symlinkSync('loop', join(directory, 'loop'));
    expect(distrustedPath(join(directory, 'loop'))).toMatchObject({ why: 'it is one of too many symbolic links' });
    writeFileSync(join(directory, 'file'), '');
    expect(distrustedPath(join(directory, 'file/below'))).toMatchObject({ why: 'not a directory' });
    expect(distrustedPath(join(directory, 'x'.repeat(300)))).toMatchObject({
      why: expect.stringContaining('too long'),
    });
  });

  test('has a link of its own mended by moving it away', () => {
    const directory = temporaryDirectory();
    const link = join(directory, "it's");
    symlinkSync('/', link);
    const distrust = distrustedEntry(link, lstatSync(link), { uids: [0], links: 'refused' });
    execFileSync('sh', ['-ec', distrust?.mend ?? 'false']);
    expect(lstatSync(`${link}.link`).isSymbolicLink()).toBe(true);
  });
});

test('of a person’s own files, a group may write: umask 002 is usual where everybody has a group', () => {
  const stats = { uid: 1001, gid: 1001, mode: 0o100_664, isSymbolicLink: () => false };
  expect(distrustedEntry('/x', stats, { uids: [1001, 0], links: 'refused' })).toBeNull();
  expect(distrustedEntry('/x', { ...stats, mode: 0o100_666 }, { uids: [1001, 0], links: 'refused' })).not.toBeNull();
  expect(distrustedEntry('/x', { ...stats, uid: 1002 }, { uids: [1001, 0], links: 'refused' })).not.toBeNull();
});
