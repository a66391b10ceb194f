import { isPrintable } from './text.ts';

/** A command of this program, ready to paste, for the same users, records and servers as this run. */
export function ownCommand(given: readonly GivenOption[], ...words: readonly string[]): string {
  return ['tmux-persist', ...words, ...given.map(({ name, value }) => optionWithValue(name, value))].join(' ');
}

/** For whom commands are printed. */
export interface Reader {
  readonly givenOptions: readonly GivenOption[];
  /** Who can write the records: `root` only where the reader is somebody else, and may at most read them. */
  readonly recordsKeeper: 'invoker' | 'root';
}

/** A command that writes the records. Where root keeps them, it works by sudo alone. */
export function writingCommand({ givenOptions, recordsKeeper }: Reader, ...words: readonly string[]): string {
  return `${recordsKeeper === 'root' ? 'sudo ' : ''}${ownCommand(givenOptions, ...words)}`;
}

/** The command that restores all that a user has lost by accident, as far as this host lets the reader do so. */
export function restoringCommand(reader: Reader, user: string): string {
  return reader.recordsKeeper === 'root'
    ? `sudo -n tmux-restore-user ${shellQuote(user)}`
    : writingCommand(reader, 'apply', userWord(user));
}

/** The command that restores one held or conflicting session. */
export function sessionCommand(reader: Reader, user: string, selector: string): string {
  return writingCommand(reader, 'apply', userWord(user), optionWithValue('--session', selector));
}

/** The same as the vector of its arguments, for programs, which need no shell then. */
export function sessionCommandArgv(
  { givenOptions, recordsKeeper }: Reader,
  user: string,
  selector: string,
): readonly string[] {
  const options = [{ name: '--user', value: user }, { name: '--session', value: selector }, ...givenOptions];
  const argv = ['tmux-persist', 'apply', ...options.map(({ name, value }) => `${name}=${value}`)];
  return recordsKeeper === 'root' ? ['sudo', ...argv] : argv;
}

/** The word that names a user on the command line. */
export function userWord(user: string): string {
  return user.startsWith('-') ? optionWithValue('--user', user) : shellQuote(user);
}

/** An option that told this run where its roster, records or tmux servers are. Every printed command repeats it. */
export interface GivenOption {
  /** Includes the dashes. */
  readonly name: '--roster' | '--state-dir' | '--socket-name';
  readonly value: string;
}

/**
 * Quotes one word so that sh, bash, dash, zsh and fish (3.4) all read exactly this text. A terminal shows only what the
 * word contains.
 */
export function shellQuote(text: string): string {
  // zsh expands a leading `=` to a command's path. fish reads a leading `%` as a job.
  if (/^[\w+,./:@-][\w%+,./:=@-]*$/.test(text)) return text;
  if (isPrintable(text)) return quotedPrintable(text);
  return text.endsWith('\n') ? ansiQuoted(text) : quotedByPrintf(text);
}

/** Writes `--name value`, or `--name=value` where the value could be read as another option. */
export function optionWithValue(name: string, value: string): string {
  return value.startsWith('-') ? `${name}=${shellQuote(value)}` : `${name} ${shellQuote(value)}`;
}

/**
 * Puts backslashes and single quotes outside the quotes. Inside them, fish reads `\'` as a quote, and the other shells
 * do not.
 */
function quotedPrintable(text: string): string {
  return `'${text.replaceAll(/['\\]+/g, (some) => `'${some.replaceAll(/['\\]/g, String.raw`\$&`)}'`)}'`;
}

/**
 * The shells share no escape for a character. All of them substitute the output of a program, without its final
 * newlines.
 */
function quotedByPrintf(text: string): string {
  return `"$(printf '${octalUnlessPlain(text)}')"`;
}

/**
 * Only for text that ends in a newline. bash and zsh read it correctly, dash reads another word, fish refuses it. None
 * runs any of it.
 */
function ansiQuoted(text: string): string {
  return `$'${octalUnlessPlain(text)}'`;
}

/**
 * Leaves no character that a shell or printf would interpret. Octal escapes have a fixed length; hexadecimal ones do
 * not in ksh.
 */
function octalUnlessPlain(text: string): string {
  return Array.from(text, (character) => (isPlain(character) ? character : octalBytes(character))).join('');
}

function isPlain(character: string): boolean {
  return isPrintable(character) && !/['"\\%$`!-]/.test(character);
}

function octalBytes(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
