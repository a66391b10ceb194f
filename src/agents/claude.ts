import type { Agent } from './agent.ts';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Claude Code, known by its process name and read by its arguments. */
export const claude: Agent = {
  name: 'claude',
  recognises: (process) => process.comm === 'claude' || claudeArguments(process.argv()) !== null,
  isInteractive: (process) => !isPrintMode(claudeArguments(process.argv()) ?? []),
  conversationIdOf: (process) => conversationIdInArguments(claudeArguments(process.argv()) ?? []),
  resumeCommand: (id) => (uuidPattern.test(id) ? ['claude', '--resume', id] : null),
};

/** The arguments after the program, in the vector of a Claude process or of its interpreter; null if it is neither. */
export function claudeArguments(argv: readonly string[] | null): readonly string[] | null {
  if (argv === null) return null;
  if (isClaudePath(argv[0])) return argv.slice(1);
  return isClaudePath(argv[1]) ? argv.slice(2) : null;
}

/** The one conversation that the arguments name; a fork, the picker, or two different ids name none. */
export function conversationIdInArguments(args: readonly string[]): string | null {
  const options = optionsOf(args);
  if (options.includes('--fork-session') || isPrintMode(args)) return null;
  const ids = new Set(options.flatMap((option, at) => idAt(option, options[at + 1])));
  const [id, ...others] = ids;
  return id === undefined || others.length > 0 ? null : id;
}

function idAt(option: string, next: string | undefined): readonly string[] {
  const attached = /^(?:--resume|--session-id)=(.*)$/s.exec(option)?.[1];
  const value = attached ?? (['--resume', '-r', '--session-id'].includes(option) ? next : undefined);
  return value !== undefined && uuidPattern.test(value) ? [value] : [];
}

function isPrintMode(args: readonly string[]): boolean {
  return optionsOf(args).some((option) => option === '-p' || option === '--print');
}

function optionsOf(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

/** The updater keeps each release in `…/claude/versions/2.1.329`, and some launches run that path itself. */
function isClaudePath(word: string | undefined): boolean {
  if (word === undefined) return false;
  return word.slice(word.lastIndexOf('/') + 1) === 'claude' || /\/claude\/versions\/\d+\.\d+\.\d+$/.test(word);
}
