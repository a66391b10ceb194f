import type { CommandResult } from '../system/programs/exec.ts';
import { briefWords, callTmux, complaintOf, type CallOptions } from './call-tmux.ts';
import { commandFileLine, commandText } from './tmux-text.ts';
import type { TmuxTarget } from './tmux-target.ts';

/**
 * Commands that belong together: after an error tmux drops the rest of them. The last one must print `row` and the
 * result, which proves that the chain reached its end.
 */
export type Chain = (row: string) => readonly (readonly string[])[];

/** A chain with parts that run after it. A part that fails drops only its own commands. */
export interface PartedChain {
  readonly head: Chain;
  readonly parts: readonly Chain[];
}

/**
 * How a chain ended: the text of its row after the tab, the failed parts with their errors, or the error of the chain.
 */
export type ChainOutcome =
  | {
      readonly kind: 'done';
      readonly told: string;
      readonly cut: readonly number[];
      readonly complaints: readonly string[];
    }
  | { readonly kind: 'failed'; readonly words: string };

/** A chain without a result. */
export function chainOf(commands: readonly (readonly string[])[]): Chain {
  return (row) => [...commands, ['display-message', '-p', `${row}\t`]];
}

/**
 * The commands of a chain with its parts. tmux runs them without a break, so a caller that dies cannot interrupt them.
 * The commands of an `if-shell` form a separate chain (3.1c to 3.8).
 */
function commandsOf({ head, parts }: PartedChain, at: number): readonly (readonly string[])[] {
  const guarded = parts.map((part, which) => ['if-shell', '-F', '1', commandText(part(rowOf(at, which)))]);
  return [...head(rowOf(at)), ...guarded];
}

/** Commands without a result that go with the chains in the same call. */
export interface CommandsBeside {
  readonly first: readonly (readonly string[])[];
  readonly last: readonly (readonly string[])[];
}

export const nothingBeside: CommandsBeside = { first: [], last: [] };

/** Sends many chains to a running server in one call. A chain that fails does not stop the others. */
export async function runCommandFile(
  target: TmuxTarget,
  chains: readonly PartedChain[],
  { first, last }: CommandsBeside,
  options: CallOptions,
): Promise<readonly ChainOutcome[]> {
  if (chains.length === 0) return [];
  const lines = [
    ...first.map(commandFileLine),
    ...chains.map((chain, at) => commandText(commandsOf(chain, at))),
    ...last.map(commandFileLine),
  ];
  const result = await callTmux(target, ['source-file', '-'], { ...options, input: `${lines.join('\n')}\n` });
  return outcomesOf(chains, result, options.timeoutMs);
}

/** The outcome of each chain in a call. */
export function outcomesOf(
  chains: readonly PartedChain[],
  result: CommandResult,
  timeoutMs: number,
): readonly ChainOutcome[] {
  const complaint = complaintOf(result, timeoutMs) ?? 'tmux did not say whether it was done';
  const words = result.failure === null ? result.stderr : complaint;
  const partCounts = chains.map(({ parts }) => parts.length);
  return matchRows(partCounts, result.stdout, words.trim() === '' ? complaint : words);
}

/** Matches rows to chains and parts. Each one without a row has printed one error line, in order. */
export function matchRows(partCounts: readonly number[], stdout: string, words: string): readonly ChainOutcome[] {
  const told = rowsOf(stdout);
  const failed = partCounts.flatMap((count, at) =>
    told.has(rowOf(at)) ? partsWithoutRow(count, at, told).map((which) => rowOf(at, which)) : [rowOf(at)],
  );
  const errors = words.split('\n').filter((line) => line !== '');
  const allWords = briefWords(errors.join('; '));
  const wordsOf = (row: string): string => {
    const own = errors.length === failed.length ? errors[failed.indexOf(row)] : undefined;
    return own === undefined ? allWords : briefWords(own);
  };
  return partCounts.map((count, at) => {
    const row = told.get(rowOf(at));
    if (row === undefined) return { kind: 'failed', words: wordsOf(rowOf(at)) };
    const cut = partsWithoutRow(count, at, told);
    return { kind: 'done', told: row, cut, complaints: [...new Set(cut.map((which) => wordsOf(rowOf(at, which))))] };
  });
}

function partsWithoutRow(count: number, at: number, told: ReadonlyMap<string, string>): readonly number[] {
  return Array.from({ length: count }, (_, which) => which).filter((which) => !told.has(rowOf(at, which)));
}

/** The row that identifies a chain, or one of its parts, in the output. */
function rowOf(at: number, part?: number): string {
  return part === undefined ? `row\t${at}` : `row\t${at}.${part}`;
}

function rowsOf(stdout: string): ReadonlyMap<string, string> {
  const rows = stdout.split('\n').flatMap((line) => {
    const [, row, told] = /^(row\t\d+(?:\.\d+)?)\t(.*)$/.exec(line) ?? [];
    return row === undefined || told === undefined ? [] : [[row, told] as const];
  });
  return new Map(rows);
}
