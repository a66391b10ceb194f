import { applyPatch } from 'diff';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Hunk, hunksBetween } from '../../../src/system/files/line-diff.ts';

test('equal lists have no parts that differ', async () => {
  expect(await hunksBetween(['a', 'b'], ['a', 'b'])).toEqual([]);
  expect(await hunksBetween([], [])).toEqual([]);
});

test('a change is shown with three lines around it', async () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const after = before.map((line) => (line === '5' ? 'five' : line));
  expect(await hunksBetween(before, after)).toEqual([
    { beforeStart: 2, afterStart: 2, lines: [' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'] },
  ]);
});

test('lists that have too little in common are replaced whole, in time', async () => {
  const [before, after] = ['old', 'new'].map((word) => Array.from({ length: 20_000 }, (_, at) => `${word} ${at}`));
  const [hunk, ...others] = await hunksBetween(before ?? [], after ?? []);
  expect(others).toEqual([]);
  expect(hunk).toMatchObject({ beforeStart: 1, afterStart: 1 });
  expect(hunk?.lines).toHaveLength(40_000);
});

test('the parts lead from one list to the other, whatever the lines are', async () => {
  const line = fc.oneof(
    fc.constantFrom('', ' ', '-', '+', '--- a', '+++ b', '@@ -1 +1 @@', 'same', 'other'),
    fc.string().filter((text) => !/[\n\r]/.test(text)),
  );
  const lines = fc.array(line, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lines, lines, async (before, after) => {
      const patch = patchOf(await hunksBetween(before, after));
      expect(applyPatch(textOf(before), patch)).toBe(textOf(after));
    }),
  );
});

function patchOf(hunks: readonly Hunk[]): string {
  const texts = hunks.map(
    ({ beforeStart, afterStart, lines }) =>
      `@@ -${beforeStart},${countWithout('+', lines)} +${afterStart},${countWithout('-', lines)} @@\n${textOf(lines)}`,
  );
  return `--- a\n+++ b\n${texts.join('')}`;
}

function countWithout(sign: string, lines: readonly string[]): number {
  return lines.filter((line) => !line.startsWith(sign)).length;
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
