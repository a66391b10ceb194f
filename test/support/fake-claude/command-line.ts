import { parseFlags } from './flags.ts';

export interface CommandLine {
  readonly help: boolean;
  readonly version: boolean;
  readonly print: boolean;
  /** What `--resume` was given: '' opens the picker; null when it was not there. */
  readonly resume: string | null;
  readonly continue: boolean;
  readonly sessionId: string | null;
  readonly fork: boolean;
  readonly name: string | null;
  readonly agent: string | null;
  readonly persist: boolean;
  readonly subcommand: readonly string[] | null;
  readonly prompt: string | null;
}

const subcommands = 'agents attach auth config daemon doctor install logs mcp plugin rm setup-token stop update'.split(
  ' ',
);

/** What the arguments ask for; a text is the reason why they are refused. */
export function parseCommandLine(args: readonly string[]): CommandLine | string {
  const [first = ''] = args;
  const subcommand = subcommands.includes(first) ? args : null;
  const { flags, positionals, unknown } = parseFlags(subcommand === null ? args : []);
  if (unknown !== null) return `error: unknown option '${unknown}'`;
  const sessionId = flags.get('--session-id') ?? null;
  const fork = flags.has('--fork-session');
  if (sessionId !== null && !isSessionId(sessionId)) return 'Error: Invalid session ID. Must be a valid UUID.';
  if (sessionId !== null && (flags.has('--continue') || flags.has('--resume')) && !fork) {
    return 'Error: --session-id can only be used with --continue or --resume if --fork-session is also specified.';
  }
  return {
    help: flags.has('--help'),
    version: flags.has('--version'),
    print: flags.has('--print'),
    resume: flags.get('--resume') ?? null,
    continue: flags.has('--continue'),
    sessionId,
    fork,
    name: flags.get('--name') ?? null,
    agent: flags.get('--agent') ?? null,
    persist: !(flags.has('--print') && flags.has('--no-session-persistence')),
    subcommand,
    prompt: positionals.length === 0 ? null : positionals.join(' '),
  };
}

export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
