import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPattern } from '../../src/core/text.ts';

describe('a session name matches a pattern', () => {
  test.each([
    ['api', 'api', true],
    ['api', 'API', false],
    ['api', 'ap', false],
    ['ap', 'api', false],
    ['my-api', 'api', false],
    ['', '', true],
    ['a', '', false],
    ['', '*', true],
    ['', '?', false],
    ['anything at all', '*', true],
    ['__scratch', '__*', true],
    ['_scratch', '__*', false],
    ['x__', '__*', false],
    ['tmp-1', 'tmp-?', true],
    ['tmp-12', 'tmp-?', false],
    ['tmp-', 'tmp-?', false],
    ['tmp-🦊', 'tmp-?', true],
    ['a-b-c', 'a*c', true],
    ['a-b-cd', 'a*c', false],
    ['acac', 'a*ac', true],
    ['abab-x', '*ab-?', true],
    ['two\nlines', 'two*lines', true],
    ['two\nlines', 'two?lines', true],
    ['api', 'a**i', true],
    ['api', 'api*', true],
    ['api', 'a?*?', true],
    ['ai', 'a?*?', false],
    ['a*c', 'a*c', true],
  ])('%j with %j: %s', (name, pattern, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });

  test.each(['.', 'a+', '[ab]', '(a|b)', '^a$', '{1,2}', String.raw`\d`, '$HOME', '#{host}'])(
    'every sign but * and ? stands for itself: %s',
    (name) => {
      expect(matchesPattern(name, name)).toBe(true);
      expect(matchesPattern('a', name)).toBe(false);
      expect(matchesPattern('1', name)).toBe(false);
    },
  );

  test('a name matches itself with any parts replaced by *', () => {
    const parts = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.boolean()));
    fc.assert(
      fc.property(parts, (given) => {
        const name = given.map(([text]) => text).join('');
        const pattern = given.map(([text, hidden]) => (hidden ? '*' : text.replaceAll(/[*?]/g, '?'))).join('');
        expect(matchesPattern(name, pattern)).toBe(true);
      }),
    );
  });

  test('a hostile pattern costs no more than a glance at every character', () => {
    const startMs = performance.now();
    expect(matchesPattern('a'.repeat(5000), `${'*a'.repeat(100)}*b`)).toBe(false);
    expect(matchesPattern('a'.repeat(5000), `${'*?'.repeat(100)}b*`)).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});
