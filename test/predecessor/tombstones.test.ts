import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTombstones, parseTombstones, type Tombstones } from '../../src/predecessor/tombstones.ts';

test('a tombstone is a name and the seconds since the epoch, and the later of two counts', () => {
  const { tombstones, problems } = parseTombstones('notes\t1795000000\nR730 cooling\t1795000060\nnotes\t1795000001\n');
  expect([...tombstones]).toEqual([
    ['notes', 1_795_000_001_000],
    ['R730 cooling', 1_795_000_060_000],
  ]);
  expect(problems).toEqual([]);
});

test.each(['notes', 'notes\t', '\t1795000000', 'notes\tyesterday', 'a\tb\t1795000000', 'notes\t999999999999', 'a\t-1'])(
  'a line that is none is told, and costs only itself: %j',
  (line) => {
    const { tombstones, problems } = parseTombstones(`${line}\nother\t1795000000\n`);
    expect([...tombstones.keys()]).toEqual(['other']);
    expect(problems).toEqual(['line 1: expected a name and a time in seconds']);
  },
);

const odd = fc.string({
  unit: fc.constantFrom('a', '-', '7', '\0', '\u001B', '\r', '\t', '\n', '\u2028', '"', '\\', 'ä', '😀'),
  maxLength: 8,
});

test('any text is read without failing, and what is written of it is read back', () => {
  const line = fc.tuple(odd, fc.nat(4_000_000_000)).map((parts) => parts.join('\t'));
  fc.assert(
    fc.property(fc.array(fc.oneof(line, odd)), (lines) => {
      const { tombstones } = parseTombstones(lines.join('\n'));
      const again = parseTombstones(formatTombstones(tombstones));
      expect(again.problems).toEqual([]);
      expect(linesOf(again.tombstones)).toBe(linesOf(tombstones));
    }),
  );
});

test('a thousand are kept, the newest ones', () => {
  const many = new Map(Array.from({ length: 1200 }, (_, index) => [`s${index}`, index * 1000]));
  const lines = formatTombstones(many).trimEnd().split('\n');
  expect(lines).toHaveLength(1000);
  expect(lines.at(-1)).toBe('s1199\t1199');
});

/** One text, because comparing two large maps takes long. */
function linesOf(tombstones: Tombstones): string {
  return JSON.stringify([...tombstones].map((entry) => JSON.stringify(entry)).toSorted());
}
