import { causes } from '../../core/manifest.ts';
import { desiredUnits, isOnlyFile } from '../../systemd/unit-files.ts';
import type { Command } from '../command.ts';
import { globalOptions, type Option } from '../options.ts';

/** What can stand in the place of the word that is being written. */
export type WantedValue =
  /** Words that are known without a look at the host, each with what it means. */
  | { readonly kind: 'words'; readonly words: readonly CompletedWord[] }
  | { readonly kind: 'users' }
  /** Of the user, or of whoever asks where none is named. */
  | { readonly kind: 'sessions' | 'snapshots'; readonly user: string | null }
  | { readonly kind: 'files' | 'directories' }
  | { readonly kind: 'nothing' };

export interface CompletedWord {
  readonly word: string;
  /** Empty when the word says it all. */
  readonly meaning: string;
}

/**
 * What the last of the words can be. `words` are those after `tmux-persist`, and the last one is what has been written of it
 * so far.
 */
export function wantedValue(words: readonly string[], commands: readonly Command[]): WantedValue {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const line = readLine(before, commands);
  if (line.awaits !== null) return valueOfOption(line.awaits, line.user);
  const isOption = current.startsWith('-') && !line.areOptionsOver;
  if (isOption) return { kind: 'words', words: optionWords(line.command) };
  if (line.command === null)
    return { kind: 'words', words: commands.map(({ name, summary }) => ({ word: name, meaning: summary })) };
  return valueOfPositional(line.command, line.positionals.length, line.user, commands);
}

interface ReadLine {
  readonly command: Command | null;
  readonly positionals: readonly string[];
  /** The option whose value comes next. */
  readonly awaits: Option | null;
  readonly areOptionsOver: boolean;
  readonly user: string | null;
}

function readLine(words: readonly string[], commands: readonly Command[]): ReadLine {
  let command: Command | null = null;
  let awaits: Option | null = null;
  let areOptionsOver = false;
  let named: string | null = null;
  const positionals: string[] = [];
  for (const word of words) {
    if (awaits !== null) {
      if (awaits.name === 'user') named = word;
      awaits = null;
    } else if (areOptionsOver || !word.startsWith('-')) {
      if (command === null) command = commands.find(({ name }) => name === word) ?? null;
      else positionals.push(word);
    } else if (word === '--') {
      areOptionsOver = true;
    } else {
      const [, user = null] = /^--user=(.*)$/.exec(word) ?? [];
      named = user ?? named;
      awaits = word.includes('=') ? null : optionWithValue(word, command);
    }
  }
  const first = command !== null && command.users !== 'none' ? (positionals[0] ?? null) : null;
  return { command, positionals, awaits, areOptionsOver, user: named ?? first };
}

function optionWithValue(word: string, command: Command | null): Option | null {
  const found = optionsOf(command).find(({ name, short }) => word === `--${name}` || word === `-${short}`);
  return found === undefined || found.value === null ? null : found;
}

function optionsOf(command: Command | null): readonly Option[] {
  return [...(command?.options ?? []), ...globalOptions];
}

function optionWords(command: Command | null): readonly CompletedWord[] {
  return optionsOf(command).map(({ name, help }) => ({ word: `--${name}`, meaning: help }));
}

function valueOfOption(option: Option, user: string | null): WantedValue {
  switch (option.name) {
    case 'session':
      return { kind: 'sessions', user };
    case 'include':
      return plainWords(causes.filter((cause) => cause !== 'forgotten'));
    default:
      return valueOfPlaceholder(option.value ?? '', user);
  }
}

function valueOfPositional(
  { name, positionals, positionalCount }: Command,
  index: number,
  user: string | null,
  commands: readonly Command[],
): WantedValue {
  if (index >= positionalCount.max) return { kind: 'nothing' };
  if (name === 'help') return plainWords(commands.map((command) => command.name));
  if (/^[a-z]+( ?\| ?[a-z]+)+$/.test(positionals)) return plainWords(positionals.split(/ ?\| ?/));
  const places = positionals.replaceAll(/[[\].]/g, '').split(' ');
  return valueOfPlaceholder(places[Math.min(index, places.length - 1)] ?? '', user);
}

function valueOfPlaceholder(placeholder: string, user: string | null): WantedValue {
  switch (placeholder) {
    case 'USER':
      return { kind: 'users' };
    case 'NAME|PATTERN':
      return { kind: 'sessions', user };
    case 'SNAPSHOT':
    case 'A':
    case 'B':
      return { kind: 'snapshots', user };
    case 'UNIT':
      return plainWords(desiredUnits.map((unit) => unit.name).filter((unit) => !isOnlyFile(unit)));
    case 'FILE':
      return { kind: 'files' };
    case 'DIR':
      return { kind: 'directories' };
    default:
      return { kind: 'nothing' };
  }
}

function plainWords(words: readonly string[]): WantedValue {
  return { kind: 'words', words: words.map((word) => ({ word, meaning: '' })) };
}
