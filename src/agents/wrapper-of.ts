import { basename, isAbsolute } from 'node:path';
import type { AgentWrapper } from '../core/conversation.ts';
import { holdsSecret } from '../core/secrets.ts';
import { isPrintable } from '../core/text.ts';
import type { AgentProcess, ProcessFacts } from './agent.ts';
import { isInlineJson } from './claude/arguments.ts';
import { commandInPane } from './pane-command.ts';
import { nodeScript } from './read-process-facts.ts';

/**
 * What the user ran in front of an agent, from the processes between it and the shell of its pane; null for nothing.
 *
 * Only a program whose arguments end with the agent's own command line is repeated, because only there the new command
 * line can take its place. Any other is named as left out.
 */
export function wrapperOf(agent: string, process: AgentProcess): AgentWrapper | null {
  const command = commandOf(agent, process);
  let words: readonly string[] = [];
  let leftOut: string | null = null;
  for (const ancestor of process.ancestors) {
    const { argv, comm } = ancestor;
    if (argv === null) return { words, leftOut: shortName(comm) };
    if (isStartOfCommand(argv)) break;
    const form = formOf(argv);
    if (form === 'command-text' || isOwnLauncher(agent, argv, form)) continue;
    const front = wordsInFront(argv, command);
    if (front !== null && mayBeRepeated(front, form)) words = front;
    else leftOut = nameOf(ancestor, form);
  }
  return words.length === 0 && leftOut === null ? null : { words, leftOut };
}

/** Whether words in front of an agent look as if they would let it act without asking. */
export function sparesAsking(word: string): boolean {
  return /danger|skip-?perm|yolo|bypass|auto-?(approve|pilot)|full-auto|allow-all/i.test(word);
}

/** How a wrapper is called that is left out. */
export function wrapperName(words: readonly string[]): string | null {
  const [program = '', script = ''] = words;
  const name = formOf(words) === 'script' ? script : program;
  return name === '' ? null : shortName(name);
}

interface AgentCommand {
  /** What the word may be called that runs the agent. */
  readonly names: ReadonlySet<string>;
  /** null when the agent has overwritten them. */
  readonly args: readonly string[] | null;
}

function commandOf(agent: string, process: AgentProcess): AgentCommand {
  const [calledAs = '', ...args] = process.argv ?? [];
  const script = nodeScript(process);
  if (script !== null) return { names: new Set([agent, basename(script.script)]), args: script.args };
  const isOverwritten = process.argv === null || (args.length > 0 && args.every((word) => word === ''));
  return { names: new Set([agent, basename(calledAs)]), args: isOverwritten ? null : args };
}

/** Whether the user's command line begins below this process: a shell at its prompt, or our own script in a pane. */
function isStartOfCommand(argv: readonly string[]): boolean {
  return formOf(argv) === 'prompt' || commandInPane(argv) !== null;
}

type Form = 'program' | 'script' | 'command-text' | 'prompt';

const shells: ReadonlySet<string> = new Set('bash sh dash zsh fish ksh mksh ash tcsh csh'.split(' '));
const interpreters = /^(node|nodejs|bun|deno|python[\d.]*|ruby|perl)$/;

/** How a process got its work: by itself, from a script, from a text (`sh -c`), or from a person at a prompt. */
function formOf(argv: readonly string[]): Form {
  const program = basename(argv[0] ?? '').replace(/^-/, '');
  if (!shells.has(program)) return interpreters.test(program) ? 'script' : 'program';
  const at = argv.findIndex((word, place) => place > 0 && !/^[-+]/.test(word));
  const options = argv.slice(1, at < 0 ? undefined : at);
  if (options.some((word) => /^-[A-Za-z]*c/.test(word))) return 'command-text';
  return at < 0 ? 'prompt' : 'script';
}

/** A script of the agent's own package, which starts the executable: `node …/codex/bin/codex.js`. */
function isOwnLauncher(agent: string, argv: readonly string[], form: Form): boolean {
  const [, script = ''] = argv;
  if (form !== 'script') return false;
  const [, packaged = ''] = /\/node_modules\/(.*)$/.exec(script) ?? [];
  return basename(script).replace(/\.[cm]?js$/, '') === agent || packaged.split('/').includes(agent);
}

/** The words before the agent's command line at the end of a wrapper's arguments; null when it is not there. */
function wordsInFront(argv: readonly string[], { names, args }: AgentCommand): readonly string[] | null {
  const isName = (at: number): boolean => at > 0 && names.has(basename(argv[at] ?? ''));
  if (args !== null) {
    const at = argv.length - args.length - 1;
    return isName(at) && args.every((word, place) => word === argv[at + 1 + place])
      ? vetted(argv.slice(0, at), args)
      : null;
  }
  const places = argv.flatMap((_, at) => (isName(at) ? [at] : []));
  const [at] = places;
  return at === undefined || places.length > 1 ? null : vetted(argv.slice(0, at), argv.slice(at + 1));
}

/** These take an option without a value directly before the command. */
const plainRunners: ReadonlySet<string> = new Set('caffeinate systemd-inhibit timeout strace'.split(' '));

/**
 * An agent's name alone behind an option may be that option's value, as in `script -c claude`. There is no place for
 * further words.
 */
function vetted(front: readonly string[], args: readonly string[]): readonly string[] | null {
  const last = front.at(-1) ?? '';
  const mayBeValue = last.startsWith('-') && last !== '--' && !last.includes('=') && args.length === 0;
  return mayBeValue && !plainRunners.has(basename(front[0] ?? '')) ? null : front;
}

const maxWords = 16;
const maxWordLength = 1024;

function mayBeRepeated(words: readonly string[], form: Form): boolean {
  const [program = '', script = ''] = words;
  if (words.length > maxWords || !isLasting(program) || (form === 'script' && !isAbsolute(script))) return false;
  return words.every((word) => word.length <= maxWordLength && isPrintable(word) && !mayBeSecret(word));
}

/** A program that the PATH finds, or an absolute path that an update keeps. */
function isLasting(program: string): boolean {
  if (program === '' || program.startsWith('-') || program.includes(' ')) return false;
  return !program.includes('/') || (isAbsolute(program) && !/\/(_npx|node_modules)\//.test(program));
}

function mayBeSecret(word: string): boolean {
  if (holdsSecret(word) || isInlineJson(word)) return true;
  if (/token|secret|passw|passphrase|credential|api[-_]?key|auth|bearer|-key\b/i.test(word)) return true;
  return /^[\w+=-]{24,}$/.test(word) && /\d/.test(word) && /[A-Za-z]/.test(word);
}

function nameOf({ argv, comm }: ProcessFacts, form: Form): string {
  return shortName(form === 'script' ? (argv?.[1] ?? comm) : comm);
}

const maxNameLength = 40;

function shortName(name: string): string {
  return basename(name).slice(0, maxNameLength);
}
