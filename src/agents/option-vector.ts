import { holdsSecret } from '../core/secrets.ts';
import { isInlineJson } from './claude/arguments.ts';

/** The number of words that an option takes: `many` are all up to the next option. */
export type Arity = 'none' | 'optional' | 'one' | 'many';

/** Options that are treated alike. */
interface OptionGroup {
  /** `settings` are kept unless a value could hold a secret. `end`: no person converses with the process. */
  readonly role: 'keep' | 'settings' | 'drop' | 'end';
  readonly takes: Arity;
  /** Separated by spaces. */
  readonly names: string;
}

type OptionTable = ReadonlyMap<string, OptionGroup>;

/** An argument vector, split with the table of an agent's options. */
export interface SplitVector {
  /** The words that a restart repeats. */
  readonly kept: readonly string[];
  /** Names of the options that a restart does not repeat. Values may be secret, and are left out. */
  readonly dropped: readonly string[];
  readonly positionals: readonly string[];
  readonly has: (name: string) => boolean;
  /** The last value of one of these options; null without one. */
  readonly valueOf: (...names: readonly string[]) => string | null;
  /** Whether an option shows that no person converses with it. */
  readonly ends: boolean;
}

const maxValueLength = 4096;
const maxKeptLength = 16 * 1024;
const maxDropped = 32;
const maxNameLength = 40;

/** Builds a table that finds options by their names. */
export function optionTable(groups: readonly OptionGroup[]): OptionTable {
  return new Map(groups.flatMap((group) => group.names.split(' ').map((name) => [name, group] as const)));
}

/**
 * Splits the words after a program's name. The number of words of an unknown option is not known. So it is dropped,
 * with all words up to the next option.
 */
export function splitVector(args: readonly string[], table: OptionTable): SplitVector {
  const end = args.indexOf('--');
  const words = end < 0 ? args : args.slice(0, end);
  const options: Option[] = [];
  const positionals: string[] = [];
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    if (isOption(word)) {
      const option = optionAt(words, at, table);
      options.push(option);
      at += option.words.length;
    } else {
      positionals.push(word);
      at += 1;
    }
  }
  const kept = options.filter(isKept);
  const isShort = kept.flatMap(({ words: own }) => own).join(' ').length <= maxKeptLength;
  const dropped = isShort ? options.filter((option) => !isKept(option)) : options;
  return {
    kept: isShort ? kept.flatMap((option) => option.words) : [],
    dropped: [...new Set(dropped.map(({ name }) => name.slice(0, maxNameLength)))].slice(0, maxDropped),
    positionals: [...positionals, ...(end < 0 ? [] : args.slice(end + 1))],
    has: (name) => options.some((option) => option.name === name),
    valueOf: (...names) => options.findLast(({ name }) => names.includes(name))?.values[0] ?? null,
    ends: options.some(({ group }) => group?.role === 'end'),
  };
}

/** The words of the known options that `isWanted` accepts, by name and values; all others are left out. */
export function wantedOptions(
  args: readonly string[],
  table: OptionTable,
  isWanted: (name: string, values: readonly string[]) => boolean,
): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < args.length && args[at] !== '--';) {
    const option = isOption(args[at] ?? '') ? optionAt(args, at, table) : null;
    // A value that looks like an option may be one, because parsers differ.
    const isPlain = option !== null && option.group !== null && !option.values.some(isOption);
    if (isPlain && isWanted(option.name, option.values)) words.push(...option.words);
    at += option?.words.length ?? 1;
  }
  return words;
}

interface Option {
  readonly name: string;
  /** null when the option is not known. */
  readonly group: OptionGroup | null;
  readonly values: readonly string[];
  /** The words as they are in the vector. */
  readonly words: readonly string[];
}

function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-');
}

function optionAt(words: readonly string[], at: number, table: OptionTable): Option {
  const word = words[at] ?? '';
  const whole = table.get(word);
  if (whole !== undefined) {
    const values = valuesBehind(words, at + 1, whole.takes);
    return { name: word, group: whole, values, words: [word, ...values] };
  }
  const { name, value } = attached(word);
  const group = table.get(name);
  if (value !== null && group !== undefined && group.takes !== 'none') {
    return { name, group, values: [value], words: [word] };
  }
  // A cluster such as `-xyz` may hold a value, so the label has only its first letter.
  const label = word.startsWith('--') ? name : word.slice(0, 2);
  const unknown = value === null || !word.startsWith('--') ? valuesBehind(words, at + 1, 'many') : [];
  return { name: label, group: null, values: [], words: [word, ...unknown] };
}

/** Splits `--name=value`, `-n=value` and `-nvalue`. */
function attached(word: string): { readonly name: string; readonly value: string | null } {
  const match = /^(--[^=]+)=(.*)$/s.exec(word) ?? /^(-[^-=])=?(.+)$/s.exec(word);
  return { name: match?.[1] ?? word, value: match?.[2] ?? null };
}

function valuesBehind(words: readonly string[], from: number, takes: Arity): readonly string[] {
  const next = words.slice(from, from + 1);
  switch (takes) {
    case 'none':
      return [];
    case 'one':
      return next;
    case 'optional':
      return next.filter((word) => !isOption(word));
    case 'many': {
      const end = words.findIndex((word, at) => at >= from && isOption(word));
      return words.slice(from, end < 0 ? undefined : end);
    }
  }
}

function isKept({ group, values }: Option): boolean {
  if (group?.role !== 'keep' && group?.role !== 'settings') return false;
  if (group.takes !== 'none' && group.takes !== 'optional' && values.length === 0) return false;
  return values.every((value) => {
    if (value.length > maxValueLength || isOption(value) || holdsSecret(value)) return false;
    return group.role === 'keep' || !maySetSecret(value);
  });
}

/** Whether a value could set a secret: a setting such as `providers.x.api_key="…"`, or a whole document of settings. */
function maySetSecret(value: string): boolean {
  return isInlineJson(value) || /key|token|secret|password|credential|auth|header|bearer|env|set\./i.test(value);
}
