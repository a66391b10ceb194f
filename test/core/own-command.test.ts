import * as fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  optionWithValue,
  restoringCommand,
  sessionCommand,
  sessionCommandArgv,
  shellQuote,
} from '../../src/core/own-command.ts';
import { isPrintable } from '../../src/core/text.ts';
import { loginShells } from '../agents/login-shells.ts';

const shells = ['/bin/sh', ...loginShells];

/** An empty directory: a word that became code would leave a file there, or expand to nothing. */
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tmux-persist-words-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The words that a real shell makes of a command line. */
function wordsOf(shell: string, commandLine: string): readonly string[] {
  const output = execFileSync(shell, [...withoutProfile(shell), '-c', `printf '%s\\0' ${commandLine}`], {
    encoding: 'utf8',
    timeout: 10_000,
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin', HOME: directory },
  });
  return output.split('\0').slice(0, -1);
}

function withoutProfile(shell: string): readonly string[] {
  const options: Readonly<Record<string, readonly string[]>> = { bash: ['--norc'], zsh: ['-f'], fish: ['-N'] };
  return options[basename(shell)] ?? [];
}

const hostileWords = [
  '',
  ' ',
  'two  words',
  "it's",
  "'",
  "''",
  String.raw`x\';touch P #`,
  String.raw`\'`,
  String.raw`'\''`,
  String.raw`\\';touch P;'`,
  '"double"',
  '$HOME',
  '$(touch x)',
  '(touch x)',
  '`touch x`',
  '#(touch x)',
  '#{host}',
  'semi;',
  '&touch x&',
  '-x',
  '~',
  '=ls',
  '%self',
  '%1',
  '^x^y',
  '!!',
  '*',
  '?',
  '{a,b}',
  '[a]',
  'a\\',
  'tab\there',
  'line\nend',
  '\x1b[31m',
  '\x1b1',
  "'\x01\\'",
  '-e\x01%s%d',
  "\u202e';touch P;'$(touch P)`touch P`\"",
  '\u202eabc',
  '🚀',
  'n'.repeat(250),
];

/** Quotes, backslashes and what else shells read, more often than not; sometimes anything. */
const words = fc.array(
  fc
    .oneof(
      { arbitrary: fc.stringMatching(/^['"\\$`()!#;&|<>*?~{}=%a \u202e\u00a0\x1b-]{0,12}$/), weight: 3 },
      { arbitrary: fc.string({ unit: 'binary', maxLength: 12 }), weight: 1 },
    )
    .map((text) => text.replaceAll('\0', '')),
  { minLength: 1, maxLength: 30 },
);

describe('a word quoted for a shell', () => {
  test.each(shells)('is read back as the same text by %s', (shell) => {
    expect(wordsOf(shell, hostileWords.map(shellQuote).join(' '))).toEqual(hostileWords);
    expect(readdirSync(directory)).not.toContain('P');
  });

  test.each(shells)('is read back as the same text by %s whatever it holds', (shell) => {
    fc.assert(
      fc.property(words, (some) => {
        const asked = some.filter((word) => !word.endsWith('\n'));
        const quoted = asked.map(shellQuote);
        expect(quoted.every(isPrintable)).toBe(true);
        expect(wordsOf(shell, ['begin', ...quoted].join(' '))).toEqual(['begin', ...asked]);
      }),
      { numRuns: 25 },
    );
  });

  test('that ends with a newline is read back by bash, and runs nothing anywhere', () => {
    const word = "x';touch P;'\n\n";
    expect(isPrintable(shellQuote(word))).toBe(true);
    expect(wordsOf('/bin/bash', shellQuote(word))).toEqual([word]);
    for (const shell of shells) {
      try {
        wordsOf(shell, shellQuote(word));
      } catch {
        // fish refuses the whole line.
      }
    }
    expect(readdirSync(directory)).not.toContain('P');
  });

  test('stays bare when no shell would touch it', () => {
    expect(shellQuote('R730-cooling_2.x')).toBe('R730-cooling_2.x');
    expect(shellQuote('007')).toBe('007');
  });

  test('is joined to its option when it begins with a dash', () => {
    expect(optionWithValue('--session', 'notes')).toBe('--session notes');
    expect(optionWithValue('--session', '-x')).toBe('--session=-x');
    expect(wordsOf('/bin/bash', optionWithValue('--session', '-x y'))).toEqual(['--session=-x y']);
    expect(wordsOf('/bin/bash', optionWithValue('--session', ''))).toEqual(['--session', '']);
  });
});

describe('where root keeps the records of the reader', () => {
  const givenOptions = [{ name: '--state-dir', value: '/srv/records' } as const];

  test('a command that writes them is one of sudo', () => {
    const reader = { givenOptions, recordsKeeper: 'root' } as const;
    expect(sessionCommand(reader, 'emo', 'notes')).toBe(
      'sudo tmux-persist apply emo --session notes --state-dir /srv/records',
    );
    expect(sessionCommandArgv(reader, 'emo', 'notes').slice(0, 3)).toEqual(['sudo', 'tmux-persist', 'apply']);
  });

  test('all that was lost comes back by the command that a host may allow everybody', () => {
    expect(restoringCommand({ givenOptions, recordsKeeper: 'root' }, 'emo')).toBe('sudo -n tmux-restore-user emo');
    expect(restoringCommand({ givenOptions: [], recordsKeeper: 'invoker' }, 'emo')).toBe('tmux-persist apply emo');
  });
});
