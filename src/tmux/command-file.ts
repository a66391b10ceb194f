import { briefWords, callTmux, complaintOf, type CallOptions } from './call-tmux.ts';
import { commandFileLine } from './tmux-text.ts';
import type { TmuxTarget } from './tmux-target.ts';

/**
 * Commands that belong together: tmux drops the rest of them after an error. The last one that matters must print `row` and
 * what it has to tell, so that it is known how far the chain came.
 */
export type Chain = (row: string) => readonly (readonly string[])[];

/** How a chain ended: what its row told after the tab, or why it failed. */
export type ChainOutcome =
  { readonly kind: 'done'; readonly told: string } | { readonly kind: 'failed'; readonly words: string };

/** Ends a chain that has nothing to tell. */
export function doneCommand(row: string): readonly string[] {
  return ['display-message', '-p', `${row}\t`];
}

/** The row by which a chain is known in the output. */
export function rowOf(at: number): string {
  return `row\t${at}`;
}

/** Gives many chains to a running server in one call; one that fails stops no other. */
export async function runCommandFile(
  target: TmuxTarget,
  chains: readonly Chain[],
  options: CallOptions,
): Promise<readonly ChainOutcome[]> {
  if (chains.length === 0) return [];
  const lines = chains.map((chain, at) => chain(rowOf(at)).map(commandFileLine).join(' ; '));
  const result = await callTmux(target, ['source-file', '-'], { ...options, input: `${lines.join('\n')}\n` });
  const complaint = complaintOf(result, options.timeoutMs) ?? 'tmux did not say whether it was done';
  const words = result.failure === null ? result.stderr : complaint;
  return outcomesOf(chains.length, result.stdout, words.trim() === '' ? complaint : words);
}

/** Matches the rows, and the errors to the chains without a row: each such chain gave one line, in order. */
export function outcomesOf(count: number, stdout: string, words: string): readonly ChainOutcome[] {
  const told = rowsOf(stdout);
  const errors = words.split('\n').filter((line) => line !== '');
  const allWords = briefWords(errors.join('; '));
  const failed = Array.from({ length: count }, (_, at) => at).filter((at) => !told.has(at));
  return Array.from({ length: count }, (_, at) => {
    const row = told.get(at);
    if (row !== undefined) return { kind: 'done', told: row };
    const own = errors.length === failed.length ? errors[failed.indexOf(at)] : undefined;
    return { kind: 'failed', words: own === undefined ? allWords : briefWords(own) };
  });
}

function rowsOf(stdout: string): ReadonlyMap<number, string> {
  const rows = stdout.split('\n').flatMap((line) => {
    const match = /^row\t(\d+)\t(.*)$/.exec(line);
    return match?.[2] === undefined ? [] : [[Number(match[1]), match[2]] as const];
  });
  return new Map(rows);
}
