import { basename } from 'node:path';
import type { Agent, AgentProcess, AgentReading, ProcessFacts } from '../agent.ts';
import { absolutePath, launchOf } from '../launch-of.ts';
import { optionTable, splitVector, type SplitVector, wantedOptions } from '../option-vector.ts';
import { commandInPane } from '../pane-command.ts';
import { mayBeNode, nodeScript } from '../read-process-facts.ts';
import type { UserFiles } from '../user-files.ts';
import { findSession, hasSessionSince, isSessionId, type PiSession, sessionAt, type SessionPlace } from './sessions.ts';

// From the parser of pi 1.6.0 (dist/cli/args.js).
const subcommands: ReadonlySet<string> = new Set('install remove uninstall update list config auth mcp'.split(' '));

const options = optionTable([
  {
    role: 'keep',
    takes: 'none',
    names:
      '--no-session -nt --no-tools -nbt --no-builtin-tools -ne --no-extensions --no-mcp -ns --no-skills ' +
      '-np --no-prompt-templates --no-themes -nc --no-context-files --verbose -a --approve -na --no-approve --offline',
  },
  {
    role: 'keep',
    takes: 'one',
    names:
      '--provider --model --models --thinking -t --tools -xt --exclude-tools -e --extension --skill ' +
      '--prompt-template --theme --use-theme --tui-mode --session-dir --system-prompt --append-system-prompt',
  },
  { role: 'drop', takes: 'none', names: '-c --continue -r --resume' },
  { role: 'drop', takes: 'one', names: '--session --session-id --fork --api-key -n --name --mode' },
  { role: 'end', takes: 'none', names: '-h --help -v --version' },
  { role: 'end', takes: 'one', names: '--export' },
  { role: 'end', takes: 'optional', names: '-p --print --list-models' },
]);

/**
 * Pi. It opens its session file anew for each entry, keeps no record of its processes, and on Node hides its arguments
 * (1.6.0). So only arguments, where they can be read, and the environment of its tools tell the session.
 */
export const pi: Agent = {
  name: 'pi',
  mayBe: (comm) => comm === 'pi' || mayBeNode(comm),
  roleOf: (process) => {
    const program = programOf(process);
    if (program === null) return null;
    if (program.args === null) return 'interactive';
    const { positionals, ends, valueOf } = splitVector(program.args, options);
    const isMachine = ['json', 'rpc'].includes(valueOf('--mode') ?? '');
    return ends || isMachine || subcommands.has(positionals[0] ?? '') ? 'other' : 'interactive';
  },
  readConversations: (processes, files) => new Map(processes.map((process) => [process, readingOf(process, files)])),
  checkResumable: ({ id, launch }, files) =>
    findSession(
      id,
      placeOf(splitVector(launch.args, options), (name) => launch.env[name] ?? null, files),
      files,
    ) === null
      ? { kind: 'gone', reason: 'its session file was removed' }
      : { kind: 'resumable' },
  announcesConversation: () => false,
  askingArguments: (args) => wantedOptions(args, options, (name) => name !== '-a' && name !== '--approve'),
  startCommand: ({ executable, args }, id) => {
    if (id === null) return [executable, ...args];
    return isSessionId(id) ? [executable, '--session', id, ...args] : null;
  },
  // `pi [options] [--] [@files...] [messages...]` (1.6.0): also behind `--`, `@` marks a file.
  firstPrompt: (text) =>
    text.startsWith('@')
      ? { kind: 'not-taken', reason: 'it would take a text that begins with @ for the name of a file' }
      : { kind: 'words', words: ['--', text] },
};

interface Program {
  readonly calledAs: string;
  /** null when they are hidden. */
  readonly args: readonly string[] | null;
}

function programOf(process: ProcessFacts): Program | null {
  const { argv, exe } = process;
  if (argv === null) return null;
  const [calledAs = '', ...args] = argv;
  if (basename(exe ?? calledAs) === 'pi') return { calledAs, args };
  if (basename(exe ?? '') === 'node' && isOverwritten(argv)) return { calledAs: 'pi', args: null };
  const script = nodeScript(process);
  const isPi = script !== null && (basename(script.script) === 'pi' || script.script.includes('/pi-coding-agent/'));
  return isPi ? { calledAs: script.script, args: script.args } : null;
}

/** On Node `process.title = 'pi'` replaces the whole vector by that word and NULs. */
function isOverwritten([title = '', ...rest]: readonly string[]): boolean {
  return title === 'pi' && rest.every((word) => word === '');
}

const variables = ['PI_CODING_AGENT_DIR', 'PI_CODING_AGENT_SESSION_DIR'];

function placeOf(vector: SplitVector, env: (name: string) => string | null, files: UserFiles): SessionPlace {
  const own = absolutePath(vector.valueOf('--session-dir')) ?? absolutePath(env('PI_CODING_AGENT_SESSION_DIR'));
  if (own !== null) return { kind: 'one-directory', path: own };
  const agentDirectory = absolutePath(env('PI_CODING_AGENT_DIR')) ?? `${files.home}/.pi/agent`;
  return { kind: 'by-project', path: `${agentDirectory}/sessions` };
}

function readingOf(process: AgentProcess, files: UserFiles): AgentReading {
  const { calledAs, args: shown } = programOf(process) ?? { calledAs: 'pi', args: null };
  const args = shown ?? argumentsWeGave(process);
  const vector = splitVector(args ?? [], options);
  const place = placeOf(vector, process.env, files);
  const told = toldToTools(process, place, files);
  const named = told ?? namedIn(vector, place, files);
  const fresh = named === null && args !== null && isFresh(process, vector, place, files);
  const launch = launchOf(
    process,
    { name: 'pi', calledAs, vector, variables, directory: named?.directory ?? null },
    files,
  );
  const source = told === null ? 'argv' : 'child-environment';
  return {
    version: null,
    launch,
    claims: named === null ? [] : [{ id: named.id, source, confidence: 'medium' }],
    fresh,
    reason:
      named !== null || fresh ? null : 'pi tells its session only in its arguments, and to the tools that it runs',
  };
}

/** The arguments with which an earlier restore started it, from the script that waits for its end. */
function argumentsWeGave({ ancestors: [parent] }: AgentProcess): readonly string[] | null {
  const command = commandInPane(parent?.argv ?? []) ?? [];
  const at = command.findIndex((word) => basename(word) === 'pi');
  return at < 0 ? null : command.slice(at + 1);
}

/** The session that it told the youngest of its running tools. */
function toldToTools({ children }: AgentProcess, place: SessionPlace, files: UserFiles): PiSession | null {
  const youngestFirst = children.toSorted((a, b) => Number(b.startTime) - Number(a.startTime) || b.pid - a.pid);
  const id = youngestFirst.map((child) => child.env('PI_SESSION_ID')).find((one) => one !== null) ?? null;
  return id === null ? null : findSession(id, place, files);
}

function namedIn(vector: SplitVector, place: SessionPlace, files: UserFiles): PiSession | null {
  const named = vector.valueOf('--session') ?? vector.valueOf('--session-id');
  if (named === null || vector.has('--no-session')) return null;
  const id = named.startsWith('/') ? (sessionAt(named, files)?.id ?? null) : named;
  return id === null ? null : findSession(id, place, files);
}

/** Whether nobody has sent it a message yet: it was started anew, and no session of its project was written since. */
function isFresh(process: AgentProcess, vector: SplitVector, place: SessionPlace, files: UserFiles): boolean {
  if (vector.has('--no-session')) return true;
  const mayContinue = ['-c', '--continue', '-r', '--resume', '--session', '--fork'].some((name) => vector.has(name));
  return !mayContinue && process.cwd !== null && !hasSessionSince(process.startedAtMs, process.cwd, place, files);
}
