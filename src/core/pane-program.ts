import type { Pane, PaneProgram } from './manifest.ts';
import { looksSecret } from './secrets.ts';

/** The programs that every user's panes get again: none of them changes anything when it starts. */
export const usualPrograms: readonly string[] = 'vi vim nvim emacs nano man less more tail top htop btop watch'.split(
  ' ',
);

/** The limit of one program's arguments, its name included. */
const maxProgramArguments = 200;
/** The limit of their bytes. */
export const maxProgramBytes = 8 * 1024;

/**
 * The program that has these arguments, when it is on the list and can be started from them again; null otherwise.
 *
 * An entry of the list is the name of a program, or a whole command line.
 */
export function listedProgram(shown: readonly string[], listed: readonly string[]): PaneProgram | null {
  const argv = withoutTitle(shown);
  if (argv.length === 0 || argv.length > maxProgramArguments) return null;
  const calls = callsOf(argv);
  const isListedWhole = calls.some((words) => listed.includes(words.join(' ')));
  // A title may say something else than the arguments, so only a whole line on the list vouches for it.
  const isListed = isListedWhole || (argv === shown && calls.some(([name = '']) => listed.includes(name)));
  return isListed && argv.every(canBeGivenBack) && !looksSecret(argv) ? { argv } : null;
}

/**
 * The arguments of a script as its user gave them, when the kernel has put its interpreter before its path; `comm` is
 * the name of the process.
 */
export function withoutInterpreter(argv: readonly string[], comm: string): readonly string[] {
  const at = scriptIn(argv);
  const path = argv[at] ?? '';
  // The kernel cuts the name at 15 bytes.
  return at > 0 && path.includes('/') && comm !== '' && nameOf(path).startsWith(comm) ? argv.slice(at) : argv;
}

/** The program that a restore starts in a pane; null where it starts something else, or a shell alone. */
export function programToStart(
  { conversation, program }: Pick<Pane, 'conversation' | 'program'>,
  listed: readonly string[],
): PaneProgram | null {
  return conversation !== null || program === null ? null : listedProgram(program.argv, listed);
}

/** Splits the title that a program shows instead of its arguments, as npm does: one text, and nothing behind it. */
function withoutTitle(shown: readonly string[]): readonly string[] {
  const [title = '', ...rest] = shown;
  const isTitle = /^\S+( \S+)+$/.test(title) && rest.length > 0 && rest.every((word) => word === '');
  return isTitle ? title.split(' ') : shown;
}

/** How it may have been called: by its path or by its name, and a script also without its interpreter. */
function callsOf(argv: readonly string[]): readonly (readonly string[])[] {
  const at = scriptIn(argv);
  const [whole, script] = [argv, argv.slice(Math.max(at, 0))];
  return [whole, ...[whole, script].map(([first = '', ...rest]) => [nameOf(first), ...rest])];
}

/** Where the path of a script is in the arguments of its interpreter; -1 for any other program. */
function scriptIn([first = '', second = '', third = '']: readonly string[]): number {
  if (!interpreters.test(nameOf(first))) return -1;
  if (second !== '' && !second.startsWith('-')) return 1;
  // `#!/usr/bin/python3 -u` gives one option, and then the path.
  return third.startsWith('/') ? 2 : -1;
}

const interpreters = /^(ash|bash|dash|ksh|sh|zsh|bun|deno|node|nodejs|perl|php|python|ruby)[\d.]*$/;

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Bytes that are not UTF-8 were replaced when they were read, and only that one process has `<(command)` open. */
function canBeGivenBack(word: string): boolean {
  return !word.includes('\uFFFD') && !/^\/(dev\/(fd\/|stdin$)|proc\/(self|\d+)\/fd\/)/.test(word);
}
