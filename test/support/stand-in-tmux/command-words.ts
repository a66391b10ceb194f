/** The commands of one line of a command file, or of an `if-shell`, as `commandText` of src/tmux writes them. */
export function commandsIn(text: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const token of text.match(/ ; | |(?:'[^']*'|"[^"]*")+/g) ?? []) {
    if (token === ' ; ') commands.push([]);
    else if (token !== ' ') commands.at(-1)?.push(wordOf(token));
  }
  return commands;
}

/** A word and what it stands behind: `-s NAME` is an option, what follows `--` or belongs to no option is the rest. */
export interface GivenWords {
  readonly options: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** Reads the words of a command as getopt(3) does; `withValue` are the letters of the options that take one. */
export function givenWords([, ...words]: readonly string[], withValue: string): GivenWords {
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return { options, rest: words.slice(at + 1) };
    if (!/^-[A-Za-z]$/.test(word)) return { options, rest: words.slice(at) };
    const takesValue = withValue.includes(word.slice(1));
    options.set(word, takesValue ? (words[at + 1] ?? '') : '');
    if (takesValue) at += 1;
  }
  return { options, rest: [] };
}

function wordOf(token: string): string {
  return token.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) =>
    single === undefined ? (double ?? '').replaceAll('\\n', '\n') : single,
  );
}
