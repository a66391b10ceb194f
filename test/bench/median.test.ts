import { expect, test } from 'vitest';
import { median } from '../../bench/measure/median.ts';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[10, 9], 9.5],
  [[7], 7],
])('the median of %j is %d', (figures, expected) => {
  expect(median(figures)).toBe(expected);
});

test('there is no median of nothing', () => {
  expect(median([])).toBeNaN();
});
