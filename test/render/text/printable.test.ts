import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrintable } from '../../../src/core/text.ts';
import { cutLines, printable } from '../../../src/render/text/printable.ts';

describe('printable text', () => {
  test.each([
    ['an escape sequence', '\x1b[2J', String.raw`\x1b[2J`],
    ['a C1 control sequence introducer', '\u009b31m', String.raw`\x9b31m`],
    ['delete', 'a\x7f', String.raw`a\x7f`],
    ['line ends and tabs', 'a\r\n\tb', String.raw`a\r\n\tb`],
    ['a right-to-left override', 'txt.\u202egpj', String.raw`txt.\u202egpj`],
    ['an isolate', '\u2066x\u2069', String.raw`\u2066x\u2069`],
    ['a zero-width space', 'a\u200bb', String.raw`a\u200bb`],
    ['a byte order mark', '\ufeffa', String.raw`\ufeffa`],
    ['a line separator', 'a\u2028b', String.raw`a\u2028b`],
    ['a tag character', 'a\u{e0041}', String.raw`a\u{e0041}`],
    ['an invisible letter', '\u3164', String.raw`\u3164`],
    ['a lone surrogate', 'a\ud83d', String.raw`a\ud83d`],
  ])('shows %s as an escape', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test.each(['plain', 'два  думи', '日本', '🚀 ❤️', 'é', 'e\u0301', String.raw`back\slash`])(
    'leaves %j as it is',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );

  test('holds nothing that acts on a terminal, whatever it was made from', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const shown = printable(String.fromCharCode(...units));
        expect(isPrintable(shown)).toBe(true);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });

  test('loses its middle where it is longer than anybody reads, and says how much', () => {
    const shown = printable(`${'x'.repeat(48 * 1024)}<0>vic1: it was all deleted; mend it: true`);
    expect(shown).toMatch(/^x{6144}…\(\d+ characters left out\)…x{900,}<0>vic1: it was all deleted; mend it: true$/);
    expect(shown.length).toBeLessThan(8_192);
    for (const length of [9_000, 9_001]) expect(isPrintable(printable('🚀'.repeat(length)))).toBe(true);
  });
});

test('lines of many long texts are cut, and the others stay', () => {
  const long = 'é'.repeat(100_000);
  const [first = '', second, third] = cutLines(`${long}\nshort\n`).split('\n');
  expect(Buffer.byteLength(first)).toBeLessThan(48 * 1024);
  expect(first).toMatch(/é…\(\d+ more characters\)$/);
  expect([second, third]).toEqual(['short', '']);
});
