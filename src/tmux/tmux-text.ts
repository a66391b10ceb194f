/**
 * A format that prints a variable so that a row can be split safely. `decodeField` reads the exact value back. Paths
 * and titles come raw, with tabs and newlines (3.3a). 3.4 to 3.5a put a backslash before `$` and print control bytes as
 * `\ooo`. So tmux itself percent-encodes the five characters that matter.
 *
 * `maxWidth`, in columns, cuts off the end, possibly within an encoded character (3.3a).
 */
export function encodedField(variable: string, maxWidth?: number): string {
  const limit = maxWidth === undefined ? '' : `=${maxWidth};`;
  return `#{${limit}s/%/%25/;s/\t/%09/;s/\n/%0A/;s/[$]/%24/;s/\\\\/%5C/:${variable}}`;
}

/** Undoes `encodedField`; a remaining backslash is the octal form of a control byte (3.4 to 3.5a). */
export function decodeField(text: string): string {
  return text.replace(/%(09|0A|24|25|5C)|\\([0-3][0-7]{2})/g, (_, hex?: string, octal?: string) =>
    hex === undefined ? String.fromCharCode(Number.parseInt(octal ?? '', 8)) : decodeURIComponent(`%${hex}`),
  );
}

/**
 * Escapes text where tmux expands formats (`-s`, `-n`, `-c`, `-T`), because `#(touch x)` there runs a command. tmux
 * keeps `##` before `[` as a style (3.3a), so the bracket is given as a literal.
 */
export function literalFormat(text: string): string {
  return text.replaceAll('#', '##').replaceAll('##[', '###{l:[}');
}

/** Writes commands as the words of a command line. */
export function commandLine(commands: readonly (readonly string[])[]): readonly string[] {
  return commands.flatMap((words, at) => [...(at === 0 ? [] : [';']), ...words.map(commandLineWord)]);
}

/** Writes one word of a tmux command on a command line. A `;` at its end would end the command. */
export function commandLineWord(word: string): string {
  return word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word;
}

/**
 * Writes one word of a tmux command in a command file. A newline becomes `\n` in double quotes, because a backslash
 * before a real one joins the lines even inside single quotes (3.3a).
 */
function commandFileWord(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`).replaceAll('\n', `'"\\n"'`)}'`;
}

/** Writes one command of a command file. */
export function commandFileLine(words: readonly string[]): string {
  return words.map(commandFileWord).join(' ');
}

/** Writes commands on one line of a command file, or of an `if-shell`. The first that fails drops the rest. */
export function commandText(commands: readonly (readonly string[])[]): string {
  return commands.map(commandFileLine).join(' ; ');
}

/**
 * The text behind a session or window name; null when it is not UTF-8, or when no command line can hold it. tmux keeps
 * names vis(3)-escaped and escapes them again on input. So a name must be unescaped before it creates anything.
 */
export function unescapeName(name: string): string | null {
  const bytes: number[] = [];
  for (const part of name.match(/\\[0-3][0-7]{2}|\\[\s\S]|[^\\]+|\\$/g) ?? []) bytes.push(...bytesOf(part));
  // A NUL byte: from `\000`, or from a forged record.
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/**
 * Whether `=NAME:` means exactly the session of that name in every tmux from 3.1c to 3.8. `:` and `.` separate the
 * parts of a target, and `$` starts an id. tmux does not keep a name as given if it must escape it.
 */
export function isTargetName(name: string): boolean {
  return !/[:.$\\\p{Cc}]/u.test(name);
}

const controlEscapes: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['s', 32],
]);

function bytesOf(part: string): Iterable<number> {
  if (!part.startsWith('\\') || part.length === 1) return new TextEncoder().encode(part);
  if (part.length === 4) return [Number.parseInt(part.slice(1), 8)];
  const escaped = part.slice(1);
  const control = controlEscapes.get(escaped);
  return control === undefined ? new TextEncoder().encode(escaped) : [control];
}
