import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOf, safeScreen, withoutOwnWords } from '../../src/core/screen-text.ts';
import { isPrintable } from '../../src/core/text.ts';

const reset = '\u001b[0m\n';

test.each<[string, string, string]>([
  ['text, tabs and colours', 'a\tb \u001b[1;38;5;12mc\u001b[0m\nd', 'a\tb \u001b[1;38;5;12mc\u001b[0m\nd'],
  ['no line below the last text', 'a\n\u001b[44m  \u001b[0m\n\n', 'a'],
  ['a link without its address', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  [
    'no title, no clipboard, no move of the cursor',
    '\u001b]0;t\u0007\u001b]52;c;eA==\u0007a\u001b[2J\u001b[5;5Hb',
    'ab',
  ],
  ['no answer of the terminal', 'a\u001b[c\u001b[6n\u001bP+q544e\u001b\\b', 'ab'],
  ['no other character that a terminal obeys', 'a\u0007\u0008\u009b5n\u200e\u202eb', 'a5nb'],
  ['lines of boxes', '\u000elqqk\u000f text \u000ex\u001b[1mx\u000f', '┌──┐ text │\u001b[1m│'],
])('%s', (_title, captured, shown) => {
  expect(safeScreen(captured)).toBe(`${shown}${reset}`);
});

test('what this program has written into a pane is not shown again', () => {
  const own = '[tmux-persist] claude ended (exit status 0); to resume: claude --resume x';
  expect(withoutOwnWords(`a\n${own}\n\u001b[0m${own}\nb ${own}\n`)).toBe(`a\nb ${own}\n`);
});

test('an empty screen shows nothing', () => {
  expect(safeScreen('\n \n\u001b[0m\n')).toBe('');
});

test('of a huge screen the end is shown, by whole lines', () => {
  const lines = Array.from({ length: 30_000 }, (_, at) => `${at} ${'x'.repeat(60)}`);
  const shown = safeScreen(lines.join('\n')).split('\n');
  expect(shown.length).toBeLessThan(20_000);
  expect(shown.at(-2)).toBe(`${lines.at(-1)}\u001b[0m`);
  expect(lines.slice(-shown.length + 1, -1)).toEqual(shown.slice(0, -2));
});

test.each([
  ['one\ntwo\nthree', 100, 'one\ntwo\nthree'],
  ['one\ntwo\nthree', 9, 'three'],
  ['one\ntwo\nthree\n', 8, 'three\n'],
  ['a long line', 4, 'line'],
  ['a long line\n', 5, 'line\n'],
])('the end of %j, at most %i characters, is %j', (text, characters, end) => {
  expect(endOf(text, characters)).toBe(end);
});

test('whatever a program has written, only text and colours are left, and a second time changes nothing', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '\u001b',
      '\u001b[',
      '\u001b]',
      '\u001bP',
      '\u0007',
      '\u001b\\',
      '\u009b',
      '\u000e',
      '\u000f',
      '\n',
      ';',
      '31m',
      'x',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const shown = safeScreen(pieces.join(''));
      const text = shown.replaceAll(/\u001b\[[\d;:]*m/g, '').replaceAll(/[\n\t]/g, '');
      expect(isPrintable(text)).toBe(true);
      expect(safeScreen(shown)).toBe(shown);
    }),
    { numRuns: 500 },
  );
});
