import { chmodSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { describe, expect, test } from 'vitest';
import { whyNotRootsOwn } from '../../src/system/roots-own.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe.runIf(getuid?.() === 0)('what is root’s own', () => {
  test('is a file whose way leads over nothing but root’s', () => {
    const { node } = tree();
    expect(whyNotRootsOwn('/usr/bin/env')).toBeNull();
    expect(whyNotRootsOwn(node)).toBeNull();
    expect(whyNotRootsOwn('/')).toBeNull();
  });

  test('is what is missing below a directory of root’s', () => {
    expect(whyNotRootsOwn(join(tree().home, 'missing/node'))).toBeNull();
  });

  test('is not a file of somebody, or in a directory of somebody, however far up', () => {
    for (const part of ['home', 'bin', 'node'] as const) {
      const paths = tree();
      lchownSync(paths[part], 4242, 4242);
      expect(whyNotRootsOwn(paths.node)).toBe(`${paths[part]} belongs to the user with the number 4242`);
      expect(whyNotRootsOwn(join(paths.bin, 'missing'))).toBe(
        part === 'node' ? null : `${paths[part]} belongs to the user with the number 4242`,
      );
    }
  });

  test.each([0o775, 0o757])('is nothing that others can write, as with mode %o', (mode) => {
    for (const part of ['home', 'bin', 'node'] as const) {
      const paths = tree();
      chmodSync(paths[part], mode);
      expect(whyNotRootsOwn(paths.node)).toBe(`${paths[part]} can be written by others than root`);
    }
  });

  test('is in a directory like /tmp what root has put there', () => {
    const { home, node } = tree();
    chmodSync(home, 0o1777);
    expect(whyNotRootsOwn(node)).toBeNull();
  });

  test('is not what a link leads to over something of somebody', () => {
    const { home, bin, node } = tree();
    const link = join(home, 'link');
    const second = join(home, 'second');
    symlinkSync('bin', link);
    symlinkSync(join(home, 'other/../link/node'), second);
    mkdirSync(join(home, 'other'));
    expect(whyNotRootsOwn(second)).toBeNull();
    lchownSync(link, 4242, 4242);
    expect(whyNotRootsOwn(second)).toBe(`${link} belongs to the user with the number 4242`);
    lchownSync(link, 0, 0);
    lchownSync(bin, 4242, 4242);
    expect(whyNotRootsOwn(second)).toBe(`${bin} belongs to the user with the number 4242`);
    expect(whyNotRootsOwn(node)).not.toBeNull();
  });

  test('is not looked for in a circle of links', () => {
    const { home } = tree();
    symlinkSync('circle', join(home, 'circle'));
    expect(whyNotRootsOwn(join(home, 'circle'))).toBe(`${join(home, 'circle')} leads over too many links`);
  });
});

function tree() {
  const home = join(temporaryDirectory(), 'home');
  const bin = join(home, 'bin');
  const node = join(bin, 'node');
  mkdirSync(bin, { recursive: true, mode: 0o755 });
  writeFileSync(node, '', { mode: 0o755 });
  return { home, bin, node };
}
