import { type ArgumentPart, isOption, splitArguments } from './arguments.ts';
import { holdsSecret, isInlineJson, namesSecret } from './holds-secret.ts';

export interface LaunchArguments {
  readonly args: readonly string[];
  /** The title that the conversation was started with (`--name`), as words; empty without. */
  readonly name: readonly string[];
  /** What is not repeated: flags by their name only, for a value may be secret, and a prompt is nobody else's business. */
  readonly droppedArgs: readonly string[];
}

/** Keeps a record, and a restored command line, of a bearable size. */
const maxValueLength = 4096;
const maxTotalLength = 16 * 1024;
const maxDropped = 32;
const maxNameLength = 40;

/** The arguments with which a conversation is taken up again: how the person works, without a prompt or a conversation. */
export function launchArguments(original: readonly string[]): LaunchArguments {
  const args: string[] = [];
  let name: readonly string[] = [];
  let length = 0;
  const dropped = new Set<string>();
  for (const part of splitArguments(original)) {
    const kept = keptWords(part);
    length += kept.words.join(' ').length;
    const isTooLong = length > maxTotalLength;
    if (isTooLong || !kept.isWhole) dropped.add(labelOf(part));
    if (isTooLong) continue;
    if (part.kind === 'flag' && part.flag?.role === 'name') name = kept.words;
    else args.push(...kept.words);
  }
  return { args, name, droppedArgs: [...dropped].slice(0, maxDropped) };
}

function keptWords(part: ArgumentPart): { readonly words: readonly string[]; readonly isWhole: boolean } {
  const nothing = { words: [], isWhole: false };
  if (part.kind !== 'flag' || (part.flag?.role !== 'keep' && part.flag?.role !== 'name')) return nothing;
  const { name, words, values } = part;
  const { arity } = part.flag;
  if (arity === 'none' || (values.length === 0 && (arity === 'inline' || arity === 'optional'))) {
    return { words, isWhole: true };
  }
  const fit = values.filter((value) => mayBeKept(name, value));
  const isWhole = fit.length === values.length;
  if (fit.length === 0) return nothing;
  // Of several values, those without a secret remain; a value behind an equals sign is its flag's only one.
  return { words: isWhole ? words : [name, ...fit], isWhole };
}

function mayBeKept(flag: string, value: string): boolean {
  if (value === '' || value.length > maxValueLength || holdsSecret(value)) return false;
  // A value such as `- be brief` is text; `--resume` in its place is a slip that would be read as a flag elsewhere.
  if (isOption(value) && !/^-\s/.test(value)) return false;
  if (!isInlineJson(value)) return true;
  if (flag === '--settings' || flag === '--mcp-config') return false;
  return flag !== '--agents' || !namesSecret(value);
}

function labelOf(part: ArgumentPart): string {
  switch (part.kind) {
    case 'positional':
      return 'prompt';
    case 'rest':
      return '--';
    case 'flag':
      return part.name.startsWith('--') ? part.name.slice(0, maxNameLength) : part.name.slice(0, 2);
  }
}
