import { isPrintable } from './text.ts';

/** A command of this program, ready to be pasted, that is about the same users, records and servers as this run. */
export function ownCommand(given: readonly GivenOption[], ...words: readonly string[]): string {
  return ['tmux-persist', ...words, ...given.map(({ name, value }) => optionWithValue(name, value))].join(' ');
}

/** The command that brings one held or conflicting session back. */
export function sessionCommand(given: readonly GivenOption[], user: string, selector: string): string {
  return ownCommand(given, 'apply', optionWithValue('--user', user), optionWithValue('--session', selector));
}

/** An option that told this run where its roster, its records or its tmux servers are: a command that it prints repeats it. */
export interface GivenOption {
  /** With its dashes. */
  readonly name: '--roster' | '--state-dir' | '--socket-name';
  readonly value: string;
}

/**
 * Writes one word so that sh, bash, dash, zsh and fish (3.4) all read exactly this text, and a terminal shows nothing but
 * what it is.
 */
export function shellQuote(text: string): string {
  // A leading `=` is a command's path to zsh, and a leading `%` a job to fish.
  if (/^[\w+,./:@-][\w%+,./:=@-]*$/.test(text)) return text;
  if (isPrintable(text)) return quotedPrintable(text);
  return text.endsWith('\n') ? ansiQuoted(text) : quotedByPrintf(text);
}

/** Writes `--name value`, joined by `=` where the value could be read as another option. */
export function optionWithValue(name: string, value: string): string {
  return value.startsWith('-') ? `${name}=${shellQuote(value)}` : `${name} ${shellQuote(value)}`;
}

/** A backslash stands outside the quotes, as a quote does: fish takes `\'` inside of them for a quote, the others do not. */
function quotedPrintable(text: string): string {
  return `'${text.replaceAll(/['\\]+/g, (some) => `'${some.replaceAll(/['\\]/g, String.raw`\$&`)}'`)}'`;
}

/** The shells agree on no escape for a character; but all of them take in what a program prints, less newlines at its end. */
function quotedByPrintf(text: string): string {
  return `"$(printf '${octalUnlessPlain(text)}')"`;
}

/** Only for a newline at the end. bash and zsh read it right; dash reads another word, fish refuses it; none runs any of it. */
function ansiQuoted(text: string): string {
  return `$'${octalUnlessPlain(text)}'`;
}

/** Nothing is left that means anything to a shell or to printf. Octal has a fixed length, hexadecimal has not in ksh. */
function octalUnlessPlain(text: string): string {
  return Array.from(text, (character) => (isPlain(character) ? character : octalBytes(character))).join('');
}

function isPlain(character: string): boolean {
  return isPrintable(character) && !/['"\\%$`!-]/.test(character);
}

function octalBytes(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
