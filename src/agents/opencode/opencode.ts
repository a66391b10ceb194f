import { basename } from 'node:path';
import type { Agent, AgentProcess, AgentReading, ProcessFacts, Resumability } from '../agent.ts';
import { absolutePath, launchOf } from '../launch-of.ts';
import { optionTable, splitVector, wantedOptions } from '../option-vector.ts';
import type { UserFiles } from '../user-files.ts';

const idPattern = /^ses_[A-Za-z0-9]{1,64}$/;

// From `opencode --help` of 1.18.33.
const subcommands: ReadonlySet<string> = new Set(
  (
    'completion acp mcp attach run debug providers auth agent upgrade uninstall serve web models stats export import ' +
    'github pr session plugin plug db'
  ).split(' '),
);

const options = optionTable([
  { role: 'keep', takes: 'none', names: '--print-logs --pure --mdns --auto --mini --no-replay' },
  {
    role: 'keep',
    takes: 'one',
    names: '--log-level --port --hostname --mdns-domain -m --model --agent --replay-limit',
  },
  { role: 'keep', takes: 'many', names: '--cors' },
  { role: 'drop', takes: 'none', names: '-c --continue --fork' },
  { role: 'drop', takes: 'one', names: '-s --session --prompt' },
  { role: 'end', takes: 'none', names: '-h --help -v --version' },
]);

/** opencode. Only its arguments tell the conversation, because it keeps no record of its processes (1.18.33). */
export const opencode: Agent = {
  name: 'opencode',
  mayBe: (comm) => comm === 'opencode' || comm === 'opencode.exe',
  roleOf: (process) => {
    if (!isOpencode(process)) return null;
    const { positionals, ends } = vectorOf(process);
    return ends || subcommands.has(positionals[0] ?? '') ? 'other' : 'interactive';
  },
  readConversations: (processes, files) => new Map(processes.map((process) => [process, readingOf(process, files)])),
  checkResumable: ({ id, launch }, files) =>
    idPattern.test(id) ? checkDatabase(launch.env, files) : { kind: 'gone', reason: 'its id is not one of opencode' },
  announcesConversation: () => false,
  askingArguments: (args) => wantedOptions(args, options, asksFirst),
  startCommand: ({ executable, args }, id) => {
    if (id === null) return [executable, ...args];
    return idPattern.test(id) ? [executable, '-s', id, ...args] : null;
  },
  // It ignores `--prompt` together with `-s` (1.18.33).
  firstPrompt: () => ({ kind: 'not-taken', reason: 'it takes no prompt together with a conversation' }),
};

/** Whether an option still lets opencode ask first, from `opencode --help` of 1.18.33. */
function asksFirst(name: string): boolean {
  return name !== '--auto';
}

function isOpencode({ exe, argv }: ProcessFacts): boolean {
  return /^opencode(\.exe)?$/.test(basename(exe ?? argv?.[0] ?? ''));
}

function vectorOf({ argv }: ProcessFacts): ReturnType<typeof splitVector> {
  return splitVector(argv?.slice(1) ?? [], options);
}

function readingOf(process: AgentProcess, files: UserFiles): AgentReading {
  const vector = vectorOf(process);
  const id = vector.has('--fork') ? null : vector.valueOf('-s', '--session');
  const isNamed = id !== null && idPattern.test(id);
  return {
    version: null,
    launch: launchOf(
      process,
      {
        name: 'opencode',
        calledAs: process.argv?.[0] ?? '',
        vector,
        ownWords: vector.positionals.slice(0, 1),
        variables: ['XDG_DATA_HOME', 'OPENCODE_DB'],
      },
      files,
    ),
    claims: isNamed ? [{ id, source: 'argv', confidence: 'medium' }] : [],
    fresh: false,
    reason: isNamed ? null : 'opencode tells its session only in its arguments, when it is started with --session',
  };
}

/** Sessions are rows of an SQLite file, which this program does not read. */
function checkDatabase(env: Readonly<Record<string, string>>, files: UserFiles): Resumability {
  const dataHome = absolutePath(env['XDG_DATA_HOME'] ?? null) ?? `${files.home}/.local/share`;
  const facts = files.stat(absolutePath(env['OPENCODE_DB'] ?? null) ?? `${dataHome}/opencode/opencode.db`);
  const isThere = facts?.kind === 'file' && facts.uid === files.uid && facts.size > 0;
  return isThere ? { kind: 'resumable' } : { kind: 'gone', reason: "opencode's database is not there" };
}
