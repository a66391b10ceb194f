import { describe, expect, test } from 'vitest';
import { widthOf } from '../../../src/render/text/width-of.ts';
import { excerptText } from '../../../src/render/text/excerpt.ts';

describe('the line of a file that a problem is about', () => {
  test('has the mark below the place, also after tabs, wide and invisible characters', () => {
    expect(excerptText({ line: 7, text: '\tnote: "日本" \u202e: x', column: 13 })).toBe(
      '  7 | →note: "日本" ·: x\n    |               ^\n',
    );
  });

  test.each([1, 60, 300, 599, 600, 9_999])(
    'fits on a terminal however long it is, with the place in it: column %i',
    (column) => {
      const text = Array.from({ length: 600 }, (_, at) => String(at % 10)).join('');
      const [shown = '', mark = ''] = excerptText({ line: 123, text, column }).split('\n');
      expect(widthOf(shown)).toBeLessThanOrEqual(80);
      expect(widthOf(mark)).toBeLessThanOrEqual(80);
      const at = mark.indexOf('^');
      expect(shown[at] ?? '').toBe(column <= 600 ? String((column - 1) % 10) : '');
    },
  );

  test('may be empty', () => {
    expect(excerptText({ line: 1, text: '', column: 1 })).toBe('  1 | \n    | ^\n');
  });
});
