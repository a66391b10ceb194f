import { isUuid } from '../../core/conversation.ts';

export type ArgumentPart =
  | {
      readonly kind: 'flag';
      readonly name: string;
      /** null when the flag is not known. */
      readonly flag: Flag | null;
      readonly values: readonly string[];
      /** The words as they are in the vector. */
      readonly words: readonly string[];
    }
  | { readonly kind: 'positional'; readonly words: readonly string[] }
  /** `--` and all words after it. */
  | { readonly kind: 'rest'; readonly words: readonly string[] };

/**
 * Splits an argument vector into flags with their values and other words, as commander (the parser of Claude Code)
 * does. A required value is taken even when it looks like a flag; an optional one only when it does not.
 */
export function splitArguments(args: readonly string[]): readonly ArgumentPart[] {
  const parts: ArgumentPart[] = [];
  for (let at = 0; at < args.length; at += parts.at(-1)?.words.length ?? 1) parts.push(partAt(args, at));
  return parts;
}

/** Whether the parser would read a word as a flag. */
export function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-');
}

function partAt(args: readonly string[], at: number): ArgumentPart {
  const word = args[at] ?? '';
  if (word === '--') return { kind: 'rest', words: args.slice(at) };
  if (!isOption(word)) return { kind: 'positional', words: [word] };
  const flag = flagNamed(word);
  if (flag !== null) {
    const values = valuesBehind(args, at + 1, flag.arity);
    return { kind: 'flag', name: word, flag, values, words: [word, ...values] };
  }
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  if (equals < 0) return { kind: 'flag', name: word, flag: null, values: [], words: [word] };
  const name = word.slice(0, equals);
  const inline = flagNamed(name);
  const isTaken = inline !== null && inline.arity !== 'none';
  return { kind: 'flag', name, flag: isTaken ? inline : null, values: [word.slice(equals + 1)], words: [word] };
}

function valuesBehind(args: readonly string[], from: number, arity: Arity): readonly string[] {
  const next = args[from];
  if (next === undefined) return [];
  switch (arity) {
    case 'none':
    case 'inline':
      return [];
    case 'optional':
      return isOption(next) ? [] : [next];
    case 'value':
      return [next];
    case 'values': {
      const end = args.findIndex((word, at) => at > from && isOption(word));
      return args.slice(from, end < 0 ? undefined : end);
    }
  }
}

export interface ConversationArguments {
  /** The conversation that the arguments name; null when they name none, or when a new one branches off it. */
  readonly id: string | null;
  /** Whether the process resumed an existing conversation, whichever it was. */
  readonly continues: boolean;
}

const subcommands: ReadonlySet<string> = new Set(
  (
    'agents attach auth auto-mode config daemon doctor gateway install kill logs mcp migrate-installer plugin plugins ' +
    'project remote-control respawn rm setup-token stop ultrareview update upgrade'
  ).split(' '),
);

/** The conversation that an argument vector asks for. */
export function conversationArguments(args: readonly string[]): ConversationArguments {
  const flags = splitArguments(args).flatMap((part) => (part.kind === 'flag' && part.flag !== null ? [part] : []));
  const given = (role: string): boolean => flags.some(({ flag }) => flag?.role === role);
  const valueOf = (role: string): string | null => flags.findLast(({ flag }) => flag?.role === role)?.values[0] ?? null;
  // `--session-id` may name the new conversation that branches off. The resumed one does not change.
  const id = given('session-id') ? valueOf('session-id') : given('fork') ? null : valueOf('resume');
  const isContradiction = given('session-id') && (given('resume') || given('continue')) && !given('fork');
  return {
    id: id !== null && !isContradiction && isUuid(id) ? id : null,
    continues: given('resume') || given('continue') || flags.some(({ name }) => /^--(from-pr|teleport)$/.test(name)),
  };
}

/**
 * Whether a person converses with a program with these arguments. Subcommands and runs that print and end are excluded.
 */
export function isInteractive(args: readonly string[]): boolean {
  const parts = splitArguments(args);
  const prints = parts.some(
    (part) => part.kind === 'flag' && (part.flag?.role === 'print' || /^-[cp]*p/.test(part.name)),
  );
  const first = parts.find(({ kind }) => kind === 'positional')?.words[0] ?? '';
  return !prints && !subcommands.has(first);
}

/**
 * The number of words that a flag takes. `inline`: only the text after an equals sign. `values`: all words up to the
 * next flag.
 */
export type Arity = 'none' | 'inline' | 'optional' | 'value' | 'values';

interface Flag {
  readonly arity: Arity;
  /**
   * `keep`: a setting of the user. `name`: the conversation's title. `resume`, `session-id`, `fork`, `continue`: the
   * choice of the conversation. `print`: no person converses with it. `drop`: would start something else.
   */
  readonly role: 'keep' | 'name' | 'resume' | 'session-id' | 'fork' | 'continue' | 'print' | 'drop';
}

// From `claude --help`; `npm run test:contract` compares this with the published package.
const kept = {
  none:
    '--dangerously-skip-permissions --allow-dangerously-skip-permissions --restricted --strict-mcp-config --bare ' +
    '--safe-mode --brief --verbose --ide --chrome --no-chrome --disable-slash-commands --ax-screen-reader ' +
    '--exclude-dynamic-system-prompt-sections',
  inline: '--debug',
  optional: '--remote-control',
  value:
    '--model --fallback-model --effort --permission-mode --agent --agents --settings --setting-sources --system-prompt ' +
    '--system-prompt-file --append-system-prompt --append-system-prompt-file --system-prompt-snapshot --plugin-dir ' +
    '--plugin-url --autocompact --debug-file --remote-control-session-name-prefix --advisor',
  values:
    '--add-dir --allowedTools --allowed-tools --disallowedTools --disallowed-tools --tools --mcp-config --betas --channels',
} as const;

const dropped = {
  // The first four have an effect only together with `--print`.
  none: '--include-hook-events --include-partial-messages --no-session-persistence --replay-user-messages --bg',
  inline: '--tmux',
  optional: '--from-pr --teleport --worktree -w --cloud --environment --desktop --handle-uri --prompt-suggestions',
  value: '--json-schema --max-budget-usd',
  values: '--file',
} as const;

const single: readonly (readonly [string, Flag])[] = [
  ['--name', { arity: 'value', role: 'name' }],
  ['-n', { arity: 'value', role: 'name' }],
  ['--resume', { arity: 'optional', role: 'resume' }],
  ['-r', { arity: 'optional', role: 'resume' }],
  ['--session-id', { arity: 'value', role: 'session-id' }],
  ['--fork-session', { arity: 'none', role: 'fork' }],
  ['--continue', { arity: 'none', role: 'continue' }],
  ['-c', { arity: 'none', role: 'continue' }],
  ['--print', { arity: 'none', role: 'print' }],
  ['-p', { arity: 'none', role: 'print' }],
  ['--output-format', { arity: 'value', role: 'print' }],
  ['--input-format', { arity: 'value', role: 'print' }],
  ['--sdk-url', { arity: 'value', role: 'print' }],
  ['--version', { arity: 'none', role: 'print' }],
  ['-v', { arity: 'none', role: 'print' }],
  ['--help', { arity: 'none', role: 'print' }],
  ['-h', { arity: 'none', role: 'print' }],
];

const flags: ReadonlyMap<string, Flag> = new Map([...flagsOf(kept, 'keep'), ...flagsOf(dropped, 'drop'), ...single]);

/** The entry of a flag by its whole name; null for an unknown flag, whose number of words nobody can tell. */
export function flagNamed(name: string): Flag | null {
  return flags.get(name) ?? null;
}

function flagsOf(lists: Readonly<Record<Arity, string>>, role: Flag['role']): readonly (readonly [string, Flag])[] {
  const arities: readonly Arity[] = ['none', 'inline', 'optional', 'value', 'values'];
  return arities.flatMap((arity) =>
    lists[arity]
      .split(' ')
      .filter(Boolean)
      .map((name) => [name, { arity, role }] as const),
  );
}

const secretNames = /api[-_]?key|token|secret|password|credential|authorization|"env"|"headers"|mcpservers/i;

/** Whether a value is a JSON text, and not the name of a JSON file. */
export function isInlineJson(value: string): boolean {
  return /^\s*[{[]/.test(value);
}

/** Whether a JSON text mentions a secret, under any key. */
export function namesSecret(json: string): boolean {
  return secretNames.test(json);
}
