import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { shellQuote } from '../core/own-command.ts';
import { isPrintable } from '../core/text.ts';

export interface PaneCommandOptions {
  /** The agent's name in the pane's closing message. */
  readonly agent: string;
  /** Variables for the agent alone. */
  readonly env: Readonly<Record<string, string>>;
  /** A command that resumes it, on one line; null when there is none. */
  readonly resumeHint: string | null;
  /** Of another program, the pane says only that it could not be started. */
  readonly kind?: 'agent' | 'program';
}

/** The script that runs an agent in a pane. It is a file beside this program. */
export const paneAgentName = 'pane-agent';

/**
 * The command of a pane that runs an agent as its user would, and then leaves the user's login shell.
 *
 * The user's login, interactive shell becomes the script, which runs the agent as its foreground job. Both texts are
 * constant. Everything else is a positional parameter.
 */
export function paneCommand(
  shell: string,
  argv: readonly string[],
  { agent, env, resumeHint, kind = 'agent' }: PaneCommandOptions,
  script: string = join(import.meta.dirname, paneAgentName),
): readonly string[] {
  const assignments = Object.entries(env).flatMap(([name, value]) =>
    /^[A-Za-z_]\w*$/.test(name) ? [`${name}=${value}`] : [],
  );
  const words = assignments.length > 0 ? ['env', ...assignments, ...argv] : argv;
  return [
    ...loginWords(shell),
    '-i',
    ...scriptWords(script),
    agent,
    shell,
    resumeHint ?? '',
    kind === 'agent' ? '--' : kind,
    ...words,
  ];
}

/** The command of an agent in the arguments of the script that runs it; null for any other program. */
export function commandInPane(argv: readonly string[]): readonly string[] | null {
  const at = argv.findIndex((word, place) => basename(word) === paneAgentName && argv[place - 2] === '-c');
  return at >= 0 && argv[at + scriptParameters] === '--' ? argv.slice(at + scriptParameters + 1) : null;
}

/** The place of `--` behind the script's name: the agent, the shell and the hint come before it. */
const scriptParameters = 4;

/** How this agent ended, when a line of a pane's text says so; null for any other line. */
export function endOfAgentIn(line: string, agent: string): AgentEnding | null {
  return endings.find((ending) => line.startsWith(`[tmux-persist] ${agent} ${ending} (exit status `)) ?? null;
}

/** The words of the script. */
const endings = ['ended', 'could not be started'] as const;

export type AgentEnding = (typeof endings)[number];

/** A shell that is not known to take these options leaves the login to `sh`, and gets the pane when the agent ends. */
function loginWords(shell: string): readonly string[] {
  switch (basename(shell)) {
    case 'fish':
      return [shell, '-l', '-i', '-c', 'exec $argv', '/bin/sh'];
    case 'bash':
    case 'zsh':
    case 'dash':
    case 'sh':
      return [shell, '-l', '-i', '-c', 'exec "$@"', shell, '/bin/sh'];
    default:
      return ['/bin/sh', '-l'];
  }
}

/**
 * The script by its path, or by its text where the user could not read the file: a program in one user's home also runs
 * for others.
 */
function scriptWords(script: string): readonly string[] {
  // Read by `.`: an interactive dash prints a prompt for each line of a script that it is given to run.
  return canAnybodyRead(script) ? ['-c', '. "$0"', script] : ['-c', readFileSync(script, 'utf8'), paneAgentName];
}

const readableByOthers = 0o4;
const passableByOthers = 0o1;

function canAnybodyRead(path: string): boolean {
  if ((statSync(path).mode & readableByOthers) === 0) return false;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & passableByOthers) === 0) return false;
    if (directory === '/') return true;
  }
}

const maxCharacters = 300;

/**
 * Writes a command for any shell's prompt; null when it does not fit on one line, or would look different from its
 * text.
 */
export function pasteable(argv: readonly string[], env: Readonly<Record<string, string>>): string | null {
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [...(assignments.length > 0 ? ['env', ...assignments] : []), ...argv];
  if (!words.every(isPrintable)) return null;
  const line = words.map(shellQuote).join(' ');
  return line.length > maxCharacters ? null : line;
}
