import { expect, test } from 'vitest';
import { alignColumns, plain } from '../../../src/render/text/columns.ts';

test.each([
  ['', 0],
  ['plain', 5],
  ['два', 3],
  ['日本', 4],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['🚀', 2],
  ['👍🏽', 2],
  ['🇧🇬', 2],
  ['e\u0301', 1],
  ['~/код/日本', 10],
])('%j takes %i cells of its column', (text, cells) => {
  const rows = [
    [plain(text), plain('next')],
    [plain('x'.repeat(20)), plain('next')],
  ];
  const [line = ''] = alignColumns(rows, (shown) => shown);
  expect(line).toBe(`${text}${' '.repeat(20 - cells + 3)}next`);
});
