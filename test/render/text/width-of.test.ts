import * as fc from 'fast-check';
import library from 'string-width';
import { expect, test } from 'vitest';
import { widthOf } from '../../../src/render/text/width-of.ts';

test.each([
  '',
  'notes',
  '~/cod\u00e9 \u00b7 2 held \u2026',
  '\u65e5\u672c',
  'e\u0301',
  '\u{1f44d}\u{1f3fd}',
  '1\ufe0f\u20e3',
  'a\u00adb',
  '\u00a0',
])('%j is as wide as the library says', (text) => {
  expect(widthOf(text)).toBe(library(text));
});

test('any text is as wide as the library says', () => {
  const unit = fc.oneof(
    fc.integer({ min: 0x20, max: 0x2200 }).map((point) => String.fromCodePoint(point)),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(fc.array(unit), (parts) => {
      expect(widthOf(parts.join(''))).toBe(library(parts.join('')));
    }),
  );
});
