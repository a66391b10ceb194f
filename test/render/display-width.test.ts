import { expect, test } from 'vitest';
import { displayWidth } from '../../src/render/display-width.ts';

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
])('%j takes %i terminal cells', (text, cells) => {
  expect(displayWidth(text)).toBe(cells);
});
