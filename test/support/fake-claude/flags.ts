type Arity = 'none' | 'one' | 'many' | 'optional';

const flagsByArity: Readonly<Record<Arity, readonly string[]>> = {
  none: [
    '--allow-dangerously-skip-permissions --ax-screen-reader --bare --bg --brief --chrome --continue',
    '--dangerously-skip-permissions --disable-slash-commands --exclude-dynamic-system-prompt-sections --fork-session',
    '--help --ide --include-partial-messages --no-chrome --no-session-persistence --print --replay-user-messages',
    '--restricted --safe-mode --strict-mcp-config --tmux --verbose --version',
  ],
  one: [
    '--advisor --agent --agents --append-system-prompt --append-system-prompt-file --autocompact --debug-file --effort',
    '--environment --fallback-model --handle-uri --input-format --json-schema --max-budget-usd --max-turns --model',
    '--name --output-format --permission-mode --permission-prompt-tool --plugin-dir --plugin-url',
    '--remote-control-session-name-prefix --sdk-url --session-id --setting-sources --settings --system-prompt',
    '--system-prompt-file --system-prompt-snapshot',
  ],
  many: [
    '--add-dir --allowed-tools --allowedTools --betas --channels --disallowed-tools --disallowedTools --file',
    '--mcp-config --tools',
  ],
  optional: ['--cloud --debug --desktop --from-pr --prefill --remote-control --resume --teleport --worktree'],
};

const longForms: Readonly<Record<string, string>> = {
  '-c': '--continue',
  '-d': '--debug',
  '-h': '--help',
  '-n': '--name',
  '-p': '--print',
  '-r': '--resume',
  '-v': '--version',
  '-w': '--worktree',
};

const arities = new Map(
  (['none', 'one', 'many', 'optional'] as const).flatMap((arity) =>
    flagsByArity[arity]
      .join(' ')
      .split(' ')
      .map((flag) => [flag, arity] as const),
  ),
);

export const documentedFlags: readonly string[] = [...arities.keys()].toSorted();

export interface ParsedFlags {
  /** Long form of each flag that was given; the value is '' where none was. */
  readonly flags: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
  readonly unknown: string | null;
}

/** Reads an argument vector as commander does for the vendor: `--flag value`, `--flag=value`, `-rVALUE`, `-cp`. */
export function parseFlags(args: readonly string[]): ParsedFlags {
  const flags = new Map<string, string>();
  const positionals: string[] = [];
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return { flags, positionals: [...positionals, ...rest], unknown: null };
    if (!word.startsWith('-') || word === '-') {
      positionals.push(word);
      continue;
    }
    const [name, attached] = word.startsWith('--') ? longFlag(word) : shortFlag(word, rest);
    const arity = arities.get(name);
    if (arity === undefined) return { flags, positionals, unknown: word };
    flags.set(name, arity === 'none' ? '' : (attached ?? valueFrom(rest, arity)));
  }
  return { flags, positionals, unknown: null };
}

function longFlag(word: string): readonly [string, string | null] {
  const at = word.indexOf('=');
  return at === -1 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
}

/** What follows a flag without a value in the same word is another flag. */
function shortFlag(word: string, rest: string[]): readonly [string, string | null] {
  const name = longForms[word.slice(0, 2)] ?? word;
  const attached = word.slice(2);
  if (attached === '') return [name, null];
  if (arities.get(name) !== 'none') return [name, attached];
  rest.unshift(`-${attached}`);
  return [name, null];
}

function valueFrom(rest: string[], arity: Exclude<Arity, 'none'>): string {
  if (arity === 'one') return rest.shift() ?? '';
  const upToNextFlag = rest.findIndex((word) => word.startsWith('-'));
  const available = upToNextFlag === -1 ? rest.length : upToNextFlag;
  return rest.splice(0, arity === 'many' ? available : Math.min(1, available)).join(' ');
}
