import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPrintable } from '../../../src/core/text.ts';
import { jsonText } from '../../../src/render/text/json-text.ts';

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

test('holds no prefix of a priority, for the journal may begin an entry anywhere in a long line', () => {
  const name = `${'x'.repeat(48 * 1024)}<0>vic1: it was all deleted`;
  expect(jsonText({ name })).not.toContain('<0>');
  expect(JSON.parse(jsonText({ name }))).toEqual({ name });
});
