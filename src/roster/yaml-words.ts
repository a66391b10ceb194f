import type { ErrorCode } from 'yaml';

/** A syntax error of YAML in the words of somebody who edits the file: what is wrong, and what to write instead. */
export function yamlErrorWords(code: ErrorCode, libraryMessage: string, line: string): string {
  if (/^(<{7}|={7}|>{7})( |$)/.test(line)) return 'a conflict of a merge (git) was left in the file';
  if (code === 'TAB_AS_INDENT') return 'this line is indented with a tab; YAML takes spaces only';
  if (code === 'BAD_ALIAS') return 'a word that begins with "*" stands for something else in YAML; write it in quotes';
  if (code === 'BAD_SCALAR_START') return 'a value cannot begin with this character; write it in quotes';
  if (code === 'BAD_DQ_ESCAPE') {
    return 'a backslash in double quotes begins an escape, and this is none; write "\\\\", or use single quotes';
  }
  if (templateAt(line) !== -1) return 'a value cannot begin with "{{"; write it in quotes';
  return wordsOf.get(code)?.(libraryMessage, line) ?? printableSentence(libraryMessage);
}

/** Where a value of a line begins like a template of another tool; -1 for none. */
export function templateAt(line: string): number {
  return line.search(/(?<=[:,[-] *)\{\{/);
}

type Words = (message: string, line: string) => string;

const wordsOf: ReadonlyMap<ErrorCode, Words> = new Map<ErrorCode, Words>([
  [
    'MULTILINE_IMPLICIT_KEY',
    (_, line) =>
      /^\s*[\w.-]+:\S/.test(line)
        ? 'a space is missing after ":"'
        : 'this line is neither "key:" nor "key: value"; is a ":" missing, or is it indented too far?',
  ],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    () => 'a second ":" in this value, or the next line is indented too far; write a value with ": " in quotes',
  ],
  ['MISSING_CHAR', missing],
  [
    'BAD_INDENT',
    (message) => {
      const closing = /end with a (.)$/.exec(message)?.[1];
      if (closing !== undefined)
        return `a "${closing}" is missing before this line, or this line must be indented more`;
      return 'this line is not indented like any line before it';
    },
  ],
  ['BLOCK_IN_FLOW', () => 'a "," is missing between two entries, or a "}" or "]" before them'],
  ['MULTIPLE_DOCS', () => 'a second YAML document starts here; a roster is one'],
  ['KEY_OVER_1024_CHARS', () => 'a key may have at most 1024 characters; is a quote missing?'],
  ['MULTIPLE_ANCHORS', () => 'a value can have only one "&name"'],
  ['MULTIPLE_TAGS', () => 'a value can have only one "!tag"'],
  ['UNEXPECTED_TOKEN', unexpected],
]);

function missing(message: string): string {
  const quote = /^Missing closing (["'])quote/.exec(message)?.[1];
  if (quote !== undefined) return `the text that begins here has no closing ${quote}`;
  if (message.startsWith('Sequence item without'))
    return 'this line must begin with "-" like the ones before it, or be indented more';
  if (message.startsWith('Missing ,')) return 'a "," is missing before this';
  return 'a ":" is missing after this';
}

function unexpected(message: string, line: string): string {
  const closing = /"([\]}])"$/.exec(message)?.[1];
  if (closing !== undefined) return `a "${closing}" too many`;
  if (/: *(["']).*\1/.test(line))
    return 'text follows a closing quote; double a quote inside of quotes, or use the other kind';
  return 'this does not belong here; is a quote or a "," missing before it?';
}

/** The library's sentences start in upper case and may quote the source unchanged. */
export function printableSentence(message: string): string {
  const printable = message.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200);
  return printable.charAt(0).toLowerCase() + printable.slice(1);
}
