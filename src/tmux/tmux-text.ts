/**
 * A format that prints a variable so that it can be cut out of a row again, and read back exactly with `decodeField`.
 * Paths and titles come raw, with tabs and newlines (3.3a); 3.4 to 3.5a put a backslash before `$` and print control
 * bytes as `\ooo`. So tmux itself percent-encodes the five characters that matter.
 *
 * With a `maxWidth` in columns the end is cut off, possibly within an encoded character (3.3a).
 */
export function encodedField(variable: string, maxWidth?: number): string {
  const limit = maxWidth === undefined ? '' : `=${maxWidth};`;
  return `#{${limit}s/%/%25/;s/\t/%09/;s/\n/%0A/;s/[$]/%24/;s/\\\\/%5C/:${variable}}`;
}

/** Undoes `encodedField`; a backslash that is left is the octal form of a control byte (3.4 to 3.5a). */
export function decodeField(text: string): string {
  return text.replace(/%(09|0A|24|25|5C)|\\([0-3][0-7]{2})/g, (_, hex?: string, octal?: string) =>
    hex === undefined ? String.fromCharCode(Number.parseInt(octal ?? '', 8)) : decodeURIComponent(`%${hex}`),
  );
}

/**
 * Makes text stand for itself where tmux expands formats (`-s`, `-n`, `-c`, `-T`): `#(touch x)` there runs a command.
 * `##` before `[` stays as it is, being a style (3.3a), so there the bracket is given as a literal.
 */
export function literalFormat(text: string): string {
  return text.replaceAll('#', '##').replaceAll('##[', '###{l:[}');
}

/** Commands as the words of a command line. */
export function commandLine(commands: readonly (readonly string[])[]): readonly string[] {
  return commands.flatMap((words, at) => [...(at === 0 ? [] : [';']), ...words.map(commandLineWord)]);
}

/** One word of a tmux command on a command line: a `;` at its end would end the command. */
export function commandLineWord(word: string): string {
  return word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word;
}

/**
 * One word of a tmux command in a command file. A newline is written `\n` in double quotes, because a backslash before
 * a real one joins the lines even inside single quotes (3.3a).
 */
function commandFileWord(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`).replaceAll('\n', `'"\\n"'`)}'`;
}

/** One command of a command file. */
export function commandFileLine(words: readonly string[]): string {
  return words.map(commandFileWord).join(' ');
}

/** Commands of one line of a command file, or of an `if-shell`: the first that fails drops the rest. */
export function commandText(commands: readonly (readonly string[])[]): string {
  return commands.map(commandFileLine).join(' ; ');
}

/**
 * The text behind a session or window name. tmux keeps names vis(3)-escaped and escapes again what it is given, so a
 * name that was read must be un-escaped before it creates anything. null when that text is not UTF-8, or no command line
 * can hold it.
 */
export function unescapeName(name: string): string | null {
  const bytes: number[] = [];
  for (const part of name.match(/\\[0-3][0-7]{2}|\\[\s\S]|[^\\]+|\\$/g) ?? []) bytes.push(...bytesOf(part));
  // `\000`, and what a liar had recorded.
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/**
 * Whether `=NAME:` is the session of that name and no other, in every tmux from 3.1c to 3.8: `:` and `.` part a target, a
 * `$` makes it an id, and a name that has to be escaped is not kept as it is given.
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
