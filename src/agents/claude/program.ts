import { basename } from 'node:path';
import type { ProcessFacts } from '../agent.ts';
import { nodeScript } from '../node-script.ts';

/** A process of Claude Code, and how it was called. */
export interface Program {
  /** `native`: an executable of its own. `package`: run by Node or Bun. `wrapper`: a shell script called `claude`. */
  readonly form: 'native' | 'package' | 'wrapper';
  /** The word by which it was started, a path or a name; null when it has overwritten its argument vector. */
  readonly calledAs: string | null;
  /** What came behind that word; null when it has overwritten its argument vector. */
  readonly args: readonly string[] | null;
}

const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'zsh']);

/** Tells whether a process runs Claude Code, by its executable and its exact argument vector; never by its name alone. */
export function programOf(facts: ProcessFacts): Program | null {
  const { exe, argv } = facts;
  if (argv === null) return null;
  const [calledAs = '', ...args] = argv;
  const executable = exe ?? calledAs;
  if (isNative(executable)) return { form: 'native', calledAs, args };
  const interpreter = basename(executable);
  if (interpreter === 'node') {
    return isOverwritten(argv) ? { form: 'package', calledAs: null, args: null } : scriptProgram(nodeScript(facts));
  }
  if (interpreter === 'bun') return scriptProgram(firstScript(argv));
  return shells.has(interpreter) ? wrapperIn(argv) : null;
}

function isNative(executable: string): boolean {
  return /\/claude\/versions\/\d+\.\d+\.\d+$/.test(executable) || /^claude(\.exe)?$/.test(basename(executable));
}

/** Up to 2.1.112, on Node, `process.title = 'claude'` replaces the whole vector by that word and NULs (measured on Linux). */
function isOverwritten([title = '', ...rest]: readonly string[]): boolean {
  return title === 'claude' && rest.every((word) => word === '');
}

interface Script {
  readonly script: string;
  readonly args: readonly string[];
}

function scriptProgram(found: Script | null): Program | null {
  if (found === null) return null;
  const { script, args } = found;
  return isCalledClaude(script) || isPackaged(script) ? { form: 'package', calledAs: script, args } : null;
}

/** A shell script called `claude`. The word behind `-c` is a command, which the shell starts as another process. */
function wrapperIn(argv: readonly string[]): Program | null {
  const found = firstScript(argv);
  if (found === null || !isCalledClaude(found.script)) return null;
  const options = argv.slice(1, argv.length - found.args.length - 1);
  return options.some((option) => /^-[a-z]*c/.test(option))
    ? null
    : { form: 'wrapper', calledAs: found.script, args: found.args };
}

function firstScript(argv: readonly string[]): Script | null {
  const at = argv.findIndex((word, place) => place > 0 && !word.startsWith('-'));
  const script = argv[at];
  return at < 0 || script === undefined ? null : { script, args: argv.slice(at + 1) };
}

function isCalledClaude(script: string): boolean {
  return basename(script) === 'claude';
}

function isPackaged(script: string): boolean {
  return script.includes('/@anthropic-ai/claude-code');
}
