import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/render/json-text.ts';
import { isPrintable } from '../../src/render/printable.ts';

test('is read back as the same document and holds no character that acts on a terminal', () => {
  const values = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { noNullPrototype: true });
  fc.assert(
    fc.property(values, (document) => {
      const text = jsonText(document);
      expect(JSON.parse(text)).toEqual(document);
      expect(isPrintable(text.replaceAll('\n', ''))).toBe(true);
    }),
  );
});

test('escapes what JSON itself would let through', () => {
  expect(jsonText({ name: '\x7f\u202e\u{e0041}é🚀' })).toBe(
    `{\n  "name": "${String.raw`\u007f\u202e\udb40\udc41`}é🚀"\n}\n`,
  );
});
