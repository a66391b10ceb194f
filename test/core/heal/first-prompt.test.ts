import { describe, expect, test } from 'vitest';
import { problemWithMessage } from '../../../src/core/heal/first-prompt.ts';

describe('a message for agents', () => {
  test.each([
    ['go on'],
    ['- go on'],
    ['--help'],
    ['/compact'],
    [' go on\n'],
    ['\x01\t\x7f\x1b[31m\r\n\\ $(id) `id` \'"; #{pane_id}'],
    ['日本語 é e\u0301 👩‍👩‍👧 \u{10FFFF}'],
    ['x'.repeat(4096)],
    ['é'.repeat(2048)],
  ])('may be %j', (text) => {
    expect(problemWithMessage(text)).toBeNull();
  });

  test.each([
    ['', 'is blank'],
    [' \n\t', 'is blank'],
    ['a\0b', 'has a NUL character, which no command line can hold'],
    ['a\uFFFDb', 'is not UTF-8'],
    ['a\uD800', 'is not UTF-8'],
    [
      `${'é'.repeat(2048)}x`,
      'has 4097 bytes, and at most 4096 are allowed; put the text into a file, and name that file',
    ],
  ])('%j is refused', (text, problem) => {
    expect(problemWithMessage(text)).toBe(problem);
  });
});
