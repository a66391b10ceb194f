import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  commandFileLine,
  commandLineWord,
  decodeField,
  literalFormat,
  unescapeName,
} from '../../src/tmux/tmux-text.ts';

describe('text for tmux', () => {
  test.each([
    ['plain', 'plain'],
    ['#(touch x)', '##(touch x)'],
    ['##{host}', '####{host}'],
    ['#[fg=red]', '###{l:[}fg=red]'],
    ['##[', '#####{l:[}'],
    ['[#', '[##'],
  ])('writes %s as the format %s', (text, format) => {
    expect(literalFormat(text)).toBe(format);
  });

  test.each([
    ['plain', 'plain'],
    ['ends;', 'ends\\;'],
    [';', '\\;'],
    ['\\;', '\\\\;'],
    ['in;side', 'in;side'],
  ])('writes %s as the command-line word %s', (word, written) => {
    expect(commandLineWord(word)).toBe(written);
  });

  test('writes a command-file line without a raw newline', () => {
    expect(commandFileLine(['a', "it's", 'x\\\ny', '$HOME;'])).toBe(`'a' 'it'"'"'s' 'x\\'"\\n"'y' '$HOME;'`);
  });

  test.each([
    ['%25%09%0A%24%5C', '%\t\n$\\'],
    ['100%', '100%'],
    ['%41', '%41'],
    ['\\037', '\u001f'],
    ['%5C037', '\\037'],
  ])('reads the field %s', (field, text) => {
    expect(decodeField(field)).toBe(text);
  });

  test.each([
    ['R730-cooling', 'R730-cooling'],
    ['a\\tb\\011c', 'a\tb\tc'],
    ['\\\\n', '\\n'],
    ['\\$HOME $5', '$HOME $5'],
    ['\\033[1m', '\u001b[1m'],
    ['\\303\\251', 'é'],
    ['🦊 é', '🦊 é'],
    ['\\', '\\'],
    ['', ''],
  ])('un-escapes the name %s', (name, text) => {
    expect(unescapeName(name)).toBe(text);
  });

  test('has no text for a name that is not UTF-8, or that no command line can hold', () => {
    expect(['caf\\351', 'a\\000b', 'a\0b'].map(unescapeName)).toEqual([null, null, null]);
  });

  test('reads back any text from the field that tmux would make of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeField(encodedByTmux(text)) === text).toBe(true);
      }),
    );
  });
});

function encodedByTmux(text: string): string {
  return text.replace(/[%\t\n$\\]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
