import { basename, isAbsolute, normalize } from 'node:path';
import { isUuid } from '../../core/conversation.ts';
import type { ProcessFacts } from '../agent.ts';
import { mayBeNode, nodeScript } from '../read-process-facts.ts';
import type { UserFiles } from '../user-files.ts';
import { isInteractive } from './arguments.ts';

/** A process of Claude Code, and how it was started. */
export interface Program {
  /** `native`: a separate executable. `package`: run by Node or Bun. `wrapper`: a shell script called `claude`. */
  readonly form: 'native' | 'package' | 'wrapper';
  /** The word that started it, a path or a name; null when it has overwritten its argument vector. */
  readonly calledAs: string | null;
  /** The words after that one; null when it has overwritten its argument vector. */
  readonly args: readonly string[] | null;
}

const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'zsh']);

/**
 * Recognises Claude Code by its executable and its exact argument vector, never by its name alone; null for other
 * programs.
 */
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

/**
 * Up to 2.1.112, on Node, `process.title = 'claude'` replaces the whole vector by that word and NULs (measured on
 * Linux).
 */
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

/**
 * A shell script called `claude`. The word after `-c` does not count: it is a command, which the shell starts as
 * another process.
 */
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

/** Whether a text is a bare version number, as in the name of the installed executable and in records. */
export function isVersion(text: string): boolean {
  return /^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(text);
}

/** Compares two version numbers part by part. */
export function isAtLeast(version: string, least: string): boolean {
  const wanted = least.split('.').map(Number);
  for (const [at, part] of version.split('.').map(Number).entries()) {
    const other = wanted[at] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/**
 * The version in an installation's path: `…/claude/versions/2.1.329`, or a package directory with a version; null
 * without one.
 */
export function versionInPath(path: string): string | null {
  const match =
    /\/claude\/versions\/(\d{1,6}\.\d{1,6}\.\d{1,6})$/.exec(path) ??
    /\/@anthropic-ai[/+]claude-code@(\d{1,6}\.\d{1,6}\.\d{1,6})(?![\d.])/.exec(path);
  return match?.[1] ?? null;
}

const names: ReadonlySet<string> = new Set(['claude', 'claude.exe', 'bun']);

/**
 * Whether a process of this command name (comm) could be Claude Code. The name of the native executable is its version.
 */
export function mayBeClaude(comm: string): boolean {
  return names.has(comm) || isVersion(comm) || mayBeNode(comm);
}

/** Whether a process is Claude Code, and whether a person converses with it. */
export function roleOf(facts: ProcessFacts): 'interactive' | 'other' | null {
  const program = programOf(facts);
  if (program === null) return null;
  // When the arguments are overwritten, the title decides. Other roles have a longer title (`claude daemon`), and are
  // not recognised.
  return program.args === null || isInteractive(program.args) ? 'interactive' : 'other';
}

export type ConfigDirectory =
  { readonly kind: 'known'; readonly path: string } | { readonly kind: 'unusable'; readonly reason: string };

/** The directory of a user's records and transcripts, from the value of `CLAUDE_CONFIG_DIR`. */
export function configDirectoryOf(variable: string | null, files: UserFiles): ConfigDirectory {
  if (variable === null || variable === '') return { kind: 'known', path: `${files.home}/.claude` };
  if (!isAbsolute(variable) || /[\x00-\x1f\x7f]/.test(variable)) {
    return { kind: 'unusable', reason: 'its CLAUDE_CONFIG_DIR is not an absolute path' };
  }
  const path = normalize(variable).replace(/(?<=.)\/+$/, '');
  // The `/.` resolves a link, because the user may have moved the directory.
  const facts = files.stat(`${path}/.`);
  if (facts !== null && facts.uid !== files.uid) {
    return { kind: 'unusable', reason: 'its CLAUDE_CONFIG_DIR belongs to another user' };
  }
  return { kind: 'known', path };
}

/**
 * The conversation of the parent according to its youngest child; null without one. The child got it at its start, so
 * an older child may still name one that was cleared since. The agent's own inherited variable is not used, because it
 * names another agent's conversation.
 */
export function childSession(children: readonly ProcessFacts[]): string | null {
  const told = children.flatMap((child) => {
    const id = child.env('CLAUDE_CODE_SESSION_ID');
    return id !== null && isUuid(id) ? [{ id, startTime: Number(child.startTime), pid: child.pid }] : [];
  });
  return told.toSorted((a, b) => b.startTime - a.startTime || b.pid - a.pid)[0]?.id ?? null;
}
