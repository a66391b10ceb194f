const maxCharacters = 300;

/** Writes a command for any shell's prompt; null when it does not fit on one line, or would not show as what it is. */
export function pasteable(argv: readonly string[], env: Readonly<Record<string, string>>): string | null {
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [...(assignments.length > 0 ? ['env', ...assignments] : []), ...argv];
  if (words.some((word) => /[\p{C}\p{Zl}\p{Zp}]/u.test(word))) return null;
  const line = words.map(quoted).join(' ');
  return line.length > maxCharacters ? null : line;
}

/** A backslash stands outside the quotes as well, for fish reads it inside of them. */
function quoted(word: string): string {
  if (/^[\w%+,./:@-][\w%+,./:=@-]*$/.test(word)) return word;
  return `'${word.replaceAll(/['\\]/g, (character) => `'\\${character}'`)}'`;
}
