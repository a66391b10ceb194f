import { basename } from 'node:path';
import type { ProcessFacts } from '../agent.ts';

/** A process of Claude Code, and how it was called. */
export interface Program {
  /** `native`: an executable of its own. `package`: run by Node or Bun. `wrapper`: a shell script called `claude`. */
  readonly form: 'native' | 'package' | 'wrapper';
  /** The word by which it was started, a path or a name; null when it has overwritten its argument vector. */
  readonly calledAs: string | null;
  /** What came behind that word; null when it has overwritten its argument vector. */
  readonly args: readonly string[] | null;
}

const runtimes: ReadonlySet<string> = new Set(['node', 'nodejs', 'bun']);
const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'zsh']);
const optionsWithValue: ReadonlySet<string> = new Set(['-r', '--require', '--import', '--loader', '-C', '--conditions']);

/** Tells whether a process runs Claude Code, by its executable and its exact argument vector; never by its name alone. */
export function programOf({ exe, argv }: ProcessFacts): Program | null {
  if (argv === null) return null;
  const [calledAs = '', ...args] = argv;
  const executable = exe ?? calledAs;
  if (isNative(executable)) return { form: 'native', calledAs, args };
  const interpreter = basename(executable);
  if (runtimes.has(interpreter)) {
    return isOverwritten(argv) ? { form: 'package', calledAs: null, args: null } : scriptIn(argv, 'package');
  }
  return shells.has(interpreter) ? scriptIn(argv, 'wrapper') : null;
}

function isNative(executable: string): boolean {
  return /\/claude\/versions\/\d+\.\d+\.\d+$/.test(executable) || /^claude(\.exe)?$/.test(basename(executable));
}

/** Up to 2.1.112, on Node, `process.title = 'claude'` replaces the whole vector by that word and NULs (measured on Linux). */
function isOverwritten([title = '', ...rest]: readonly string[]): boolean {
  return title === 'claude' && rest.every((word) => word === '');
}

/** The script of an interpreter's argument vector, when it is Claude Code. */
function scriptIn(argv: readonly string[], form: 'package' | 'wrapper'): Program | null {
  let at = 1;
  for (let word = argv[at]; word !== undefined && word.startsWith('-'); word = argv[at]) {
    // The word behind is the text of a command, which the shell is about to start as another process.
    if (form === 'wrapper' && /^-[a-z]*c/.test(word)) return null;
    at += optionsWithValue.has(word) ? 2 : 1;
  }
  const script = argv[at] ?? '';
  const isClaude = basename(script) === 'claude' || (form === 'package' && isPackaged(script));
  return isClaude ? { form, calledAs: script, args: argv.slice(at + 1) } : null;
}

function isPackaged(script: string): boolean {
  return script.includes('/@anthropic-ai/claude-code');
}
