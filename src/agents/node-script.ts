import { basename } from 'node:path';
import type { ProcessFacts } from './agent.ts';

const optionsWithValue = new Set(['-r', '--require', '--import', '--loader', '-C', '--conditions']);

/** Whether a process of this command name could be Node: from 24 on it is called by the name of its main thread. */
export function mayBeNode(comm: string): boolean {
  return comm === 'node' || comm === 'MainThread' || comm === 'node-MainThread';
}

/** The script that a Node process runs, and the words behind it; null when it is not Node, or runs none. */
export function nodeScript({
  exe,
  argv,
}: ProcessFacts): { readonly script: string; readonly args: readonly string[] } | null {
  if (argv === null || basename(exe ?? argv[0] ?? '') !== 'node') return null;
  let at = 1;
  for (let word = argv[at]; word?.startsWith('-'); word = argv[at]) at += optionsWithValue.has(word) ? 2 : 1;
  const script = argv[at];
  return script === undefined ? null : { script, args: argv.slice(at + 1) };
}
