import { describe, expect, test } from 'vitest';
import { nearMiss } from '../../src/core/text.ts';

describe('the near miss', () => {
  test.each([
    ['exlude', 'exclude'],
    ['exclued', 'exclude'],
    ['excludes', 'exclude'],
    ['eclde', 'exclude'],
    ['exxclude', 'exclude'],
    ['sesions', 'sessions'],
    ['eom', 'emo'],
  ])('of %s is %s', (word, expected) => {
    expect(nearMiss(word, ['persist', 'sessions', 'exclude', 'emo'])).toBe(expected);
  });

  test.each(['xcld', 'banana', '', 'e', 'em', 'ex'])('of %j is nothing', (word) => {
    expect(nearMiss(word, ['exclude', 'emo'])).toBeNull();
  });

  test('of a very long word is nothing, and is found at once', () => {
    const startedAt = performance.now();
    expect(nearMiss('x'.repeat(1_000_000), ['exclude', 'emo'])).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  test('is the nearest candidate, and the first of two that are as near', () => {
    expect(nearMiss('closde', ['clos', 'closed', 'close'])).toBe('closed');
    expect(nearMiss('tiar', ['tier', 'tia'])).toBe('tier');
  });

  test('is nothing where there is nothing to choose from', () => {
    expect(nearMiss('emo', [])).toBeNull();
  });
});
