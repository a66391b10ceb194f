import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPrintable } from '../../src/render/printable.ts';
import { optionWithValue, shellQuote } from '../../src/render/shell-quote.ts';

/** The words that a real shell makes of a command line. */
function wordsOf(commandLine: string): readonly string[] {
  const script = `printf '%s\\0' ${commandLine}`;
  const output = execFileSync('/bin/bash', ['--norc', '-c', script], {
    encoding: 'utf8',
    timeout: 10_000,
    env: { LC_ALL: 'C.UTF-8', PATH: '/nowhere' },
  });
  return output.split('\0').slice(0, -1);
}

const hostileWords = [
  '',
  ' ',
  'two  words',
  "it's",
  "'",
  '"double"',
  '$HOME',
  '$(touch x)',
  '`touch x`',
  '#(touch x)',
  '#{host}',
  'semi;',
  '-x',
  '~',
  '=ls',
  '*',
  'a\\',
  'tab\there',
  'line\nend',
  '\x1b[31m',
  '\x1b1',
  "'\x01\\'",
  '\u202eabc',
  '🚀',
  'n'.repeat(250),
];

describe('a word quoted for a shell', () => {
  test('is read back as the same text by bash', () => {
    expect(wordsOf(hostileWords.map(shellQuote).join(' '))).toEqual(hostileWords);
  });

  test('is read back as the same text whatever it holds', () => {
    const words = fc.array(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, (some) => {
        const quoted = some.map(shellQuote);
        expect(quoted.every(isPrintable)).toBe(true);
        expect(wordsOf(quoted.join(' '))).toEqual(some);
      }),
      { numRuns: 50 },
    );
  });

  test('stays bare when no shell would touch it', () => {
    expect(shellQuote('R730-cooling_2.x')).toBe('R730-cooling_2.x');
    expect(shellQuote('007')).toBe('007');
  });

  test('is joined to its option when it begins with a dash', () => {
    expect(optionWithValue('--session', 'notes')).toBe('--session notes');
    expect(optionWithValue('--session', '-x')).toBe('--session=-x');
    expect(wordsOf(optionWithValue('--session', '-x y'))).toEqual(['--session=-x y']);
    expect(wordsOf(optionWithValue('--session', ''))).toEqual(['--session', '']);
  });
});
