import { parseArgs } from 'node:util';
import { nearMiss } from '../core/text.ts';
import type { Command } from './command.ts';
import { everyCommand } from './commands.ts';
import { globalOptions, type Option } from './options.ts';
import { Refusal } from './exit-codes.ts';

export interface CommandLine {
  /** null when none was given. */
  readonly command: Command | null;
  readonly args: Arguments;
}

/** The words after the command. The command accepts all of them. */
export interface Arguments {
  readonly positionals: readonly string[];
  readonly has: (name: string) => boolean;
  /** Every value of an option, in order. */
  readonly all: (name: string) => readonly string[];
  /** The last value of an option; null when it was not given. */
  readonly last: (name: string) => string | null;
}

const everyOption = new Map(
  [...globalOptions, ...everyCommand.flatMap((command) => command.options)].map((one) => [one.name, one]),
);

/** Parses the command line; throws a Refusal that names every mistake in it. */
export function parseArguments(argv: readonly string[]): CommandLine {
  const { tokens } = tokensOf(argv);
  const options = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  const [commandName, ...positionals] = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const command = commandName === undefined ? null : commandNamed(commandName);
  const args: Arguments = {
    positionals,
    has: (name) => options.some((one) => one.name === name),
    all: (name) => options.flatMap((one) => (one.name === name && one.value !== undefined ? [one.value] : [])),
    last: (name) => options.findLast((one) => one.name === name)?.value ?? null,
  };
  if (args.has('help') || args.has('version')) return { command, args };

  const problems = options.flatMap((one) => problemWith(one, command));
  if (command !== null)
    problems.push(...problemsWithPositionals(command, positionals, args.has('user') || args.has('login')));
  if (problems.length > 0) throw new Refusal(...problems, usageHint(command));
  return { command, args };
}

function tokensOf(argv: readonly string[]): { readonly tokens: readonly Token[] } {
  const options = Object.fromEntries(
    [...everyOption.values()].map(({ name, short, value }) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const), ...(short === null ? {} : { short }) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  return { tokens };
}

type Token =
  | { readonly kind: 'option'; readonly name: string; readonly rawName: string; readonly value?: string | undefined }
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' };

/** The command of that name; throws a Refusal that says what was meant. */
export function commandNamed(name: string): Command {
  const command = everyCommand.find((one) => one.name === name);
  if (command !== undefined) return command;
  const problem = `${JSON.stringify(name)} is not a command`;
  const elsewhere = wordsOfOthers.get(name);
  if (elsewhere !== undefined) throw new Refusal(`${problem}; ${elsewhere}`);
  const meant = nearMiss(
    name,
    everyCommand.map((one) => one.name),
  );
  throw new Refusal(meant === null ? problem : `${problem}; did you mean ${meant}?`, usageHint(null));
}

/** Commands of other programs, and what does the same here. */
const wordsOfOthers: ReadonlyMap<string, string> = new Map([
  ...['list', 'ls'].map(
    (name) => [name, 'what runs: tmux-persist status; records: tmux-persist snapshots USER'] as const,
  ),
  ...['version'].map((name) => [name, 'it is an option: tmux-persist --version'] as const),
  ...['log', 'logs'].map((name) => [name, 'what happened: tmux-persist history [USER]'] as const),
  ...['dry-run', 'preview'].map((name) => [name, 'what apply would do: tmux-persist plan'] as const),
]);

/** How a dry run is spelled here. */
const dryRunHint = 'what apply or restore would do: tmux-persist plan; what save would record: tmux-persist diff USER';

function problemWith(
  { name, rawName, value }: Extract<Token, { kind: 'option' }>,
  command: Command | null,
): readonly string[] {
  const taken = [...globalOptions, ...(command?.options ?? [])];
  // Commands may take one option in different ways.
  const known = taken.find((one) => one.name === name) ?? everyOption.get(name);
  if (name === 'dry-run') return [`--dry-run is not an option; ${dryRunHint}`];
  if (known === undefined) {
    const meant = nearMiss(
      name,
      taken.map((one) => one.name),
    );
    return [`${rawName} is not an option${meant === null ? '' : `; did you mean --${meant}?`}`];
  }
  if (!taken.includes(known)) return [`${command?.name ?? 'tmux-persist'} does not take ${rawName}`];
  return problemsWithValue(known, value);
}

function problemsWithValue(option: Option, value: string | undefined): readonly string[] {
  if (option.value === null && (value === undefined || value === option.word)) return [];
  if (option.value === null) {
    const only = option.word === null ? 'no value' : `no value but ${option.word}: --${option.name}=${option.word}`;
    return [`--${option.name} takes ${only}`];
  }
  if (value === undefined || value === '') return [`--${option.name} needs a value: --${option.name} ${option.value}`];
  return [];
}

function problemsWithPositionals(
  command: Command,
  positionals: readonly string[],
  isUserNamed: boolean,
): readonly string[] {
  const named = command.users === 'one' && isUserNamed ? 1 : 0;
  const [min, max] = [command.positionalCount.min - named, command.positionalCount.max - named];
  if (positionals.includes('')) return ['an argument is empty'];
  if (positionals.length < min) return [`${command.name} needs more arguments: ${command.positionals}`];
  const [extra] = positionals.slice(max);
  return extra === undefined ? [] : [`${command.name} takes no argument ${JSON.stringify(extra)}`];
}

function usageHint(command: Command | null): string {
  return `see: tmux-persist ${command === null ? '' : `${command.name} `}--help`;
}
