import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { withVisibleEscapes } from '../../src/core/text.ts';
import { namedBy, writtenName } from '../../src/core/written-name.ts';

/** Texts as tmux keeps them: a backslash doubled, a control byte as an escape; what else is escaped depends on its version. */
const heldByTmux = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
      fc.constantFrom('\u200D', '\u202E', '\u00AD', '\uFEFF', '\u{E0041}', '\u0085', '\u009B', '\u2028', '\u2029'),
      fc.constantFrom('\\', 'x85', 'x9b', 'u2028', 'u200d', 'u{e0041}', '\t', '\n', '\u007F', '👩', 'a'),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => !/[\0\p{Cs}]/u.test(text))
  .map((text) =>
    text
      .replaceAll('\\', String.raw`\\`)
      .replaceAll('\t', String.raw`\t`)
      .replaceAll('\n', String.raw`\n`)
      .replaceAll(/[\u0001-\u001F\u007F]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`),
  );

test('the first column of a row means its session and no other, and so does what people are shown', () => {
  fc.assert(
    fc.property(fc.uniqueArray(heldByTmux, { minLength: 1, maxLength: 8 }), (names) => {
      for (const name of names) {
        for (const word of [name, writtenName(name), withVisibleEscapes(name)]) {
          expect(namedBy(word, names, (one) => [one])).toEqual([name]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a name in a row ends no row and controls no terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(writtenName(name)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test.each(['notes', '👩\u200D👩', 'a\u202Eא', 'soft\u00ADhyphen', String.raw`a\\b`])('is else as it is: %j', (name) => {
  expect(writtenName(name)).toBe(name);
});

test('a name that is the word itself goes before one that is only shown so', () => {
  const names = ['a\tb', String.raw`a\tb`];
  expect(namedBy(String.raw`a\tb`, names, (one) => [one])).toEqual([String.raw`a\tb`]);
});
