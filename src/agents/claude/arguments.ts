import { type Arity, type Flag, flagNamed } from './flags.ts';

export type ArgumentPart =
  | {
      readonly kind: 'flag';
      readonly name: string;
      /** null when the flag is not known. */
      readonly flag: Flag | null;
      readonly values: readonly string[];
      /** The words as they stand in the vector. */
      readonly words: readonly string[];
    }
  | { readonly kind: 'positional'; readonly words: readonly string[] }
  /** `--` and everything behind it. */
  | { readonly kind: 'rest'; readonly words: readonly string[] };

/**
 * Splits an argument vector into flags with their values and other words, as commander (the parser of Claude Code) does:
 * a value that a flag requires is taken even when it looks like a flag, an optional one only when it does not.
 */
export function splitArguments(args: readonly string[]): readonly ArgumentPart[] {
  const parts: ArgumentPart[] = [];
  for (let at = 0; at < args.length; at += parts.at(-1)?.words.length ?? 1) parts.push(partAt(args, at));
  return parts;
}

/** Whether a word would be read as a flag. */
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
