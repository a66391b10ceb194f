import { basename } from 'node:path';
import type { ConversationClaim } from '../../core/record/assign-conversations.ts';
import { isUuid } from '../../core/conversation.ts';
import type { Agent, AgentProcess, AgentReading, ProcessFacts, Resumability } from '../agent.ts';
import { absolutePath, launchOf } from '../launch-of.ts';
import { optionTable, splitVector, wantedOptions } from '../option-vector.ts';
import type { UserFiles } from '../user-files.ts';

// From `copilot --help` of 1.0.102.
const options = optionTable([
  {
    role: 'keep',
    takes: 'none',
    names:
      '--disable-client-telemetry --allow-all-tools --allow-all-paths --disallow-temp-dir --banner --screen-reader ' +
      '--plain-diff --disable-builtin-mcps --enable-all-github-mcp-tools --allow-all-mcp-server-instructions ' +
      '--allow-all-urls --allow-all --yolo --autopilot --plan --experimental --assisted-approval ' +
      '--no-custom-instructions --no-auto-update --no-ask-user --no-color --no-experimental --no-bash-env --no-mouse ' +
      '--no-remote --no-remote-export --remote --remote-export',
  },
  {
    role: 'keep',
    takes: 'one',
    names:
      '--model --reasoning-effort --context --auto-tier --agent --log-dir --log-level --stream --add-dir ' +
      '--disable-mcp-server --enable-mcp-server --add-github-mcp-toolset --add-github-mcp-tool --plugin-dir ' +
      '--extension-sdk-path --max-autopilot-continues --mode --max-ai-credits --dynamic-retrieval',
  },
  { role: 'keep', takes: 'optional', names: '--bash-env --mouse' },
  {
    role: 'keep',
    takes: 'many',
    names: '--allow-tool --deny-tool --available-tools --excluded-tools --secret-env-vars --allow-url --deny-url',
  },
  { role: 'settings', takes: 'one', names: '--additional-mcp-config --mcp-github-auth' },
  { role: 'drop', takes: 'none', names: '--continue --fleet' },
  { role: 'drop', takes: 'one', names: '-i --interactive -n --name --session-id -C --usage-output-file' },
  { role: 'drop', takes: 'optional', names: '-r --resume --connect' },
  { role: 'end', takes: 'none', names: '--acp -v --version -h --help -s --silent --share-gist --trust-folder' },
  { role: 'end', takes: 'one', names: '-p --prompt --output-format --environment-host --attachment' },
]);

/** Copilot CLI. It keeps a lock file, and from 1.0.102 on an open file, in the directory of its session. */
export const copilot: Agent = {
  name: 'copilot',
  // The native executable is a Node. From Node 24 on it has the name of its main thread. `node npm-loader.js` is only
  // its launcher.
  mayBe: (comm) => comm === 'copilot' || comm === 'MainThread' || comm === 'node-MainThread',
  roleOf: (process) => {
    if (!isCopilot(process)) return null;
    const { positionals, ends } = vectorOf(process);
    // Copilot takes a prompt only as an option, so any other word is a subcommand.
    return ends || positionals.length > 0 ? 'other' : 'interactive';
  },
  readConversations: (processes, files) => new Map(processes.map((process) => [process, readingOf(process, files)])),
  checkResumable: ({ id, launch }, files) => {
    if (!isUuid(id)) return { kind: 'gone', reason: 'its id is not one of Copilot' };
    return checkSession(id, stateDirectory(launch.env['COPILOT_HOME'] ?? null, files), files);
  },
  announcesConversation: () => true,
  askingArguments: (args) => wantedOptions(args, options, asksFirst),
  startCommand: ({ executable, args }, id) => {
    if (id === null) return [executable, ...args];
    return isUuid(id) ? [executable, `--resume=${id}`, ...args] : null;
  },
  // The help of 1.0.102 does not say what `--interactive` does together with `--resume`.
  firstPrompt: () => ({ kind: 'not-taken', reason: 'it is not known to take a prompt together with a conversation' }),
};

/** Whether an option still lets Copilot ask first, from `copilot --help` of 1.0.102. */
function asksFirst(name: string, values: readonly string[]): boolean {
  if (name === '--mode') return !values.some((value) => /autopilot/i.test(value));
  return !/^--(allow-all(-.*)?|yolo|autopilot|assisted-approval|no-ask-user|max-autopilot-continues)$/.test(name);
}

function isCopilot({ exe, argv }: ProcessFacts): boolean {
  return basename(exe ?? argv?.[0] ?? '') === 'copilot';
}

function vectorOf({ argv }: ProcessFacts): ReturnType<typeof splitVector> {
  return splitVector(argv?.slice(1) ?? [], options);
}

function readingOf(process: AgentProcess, files: UserFiles): AgentReading {
  const vector = vectorOf(process);
  const state = stateDirectory(process.env('COPILOT_HOME'), files);
  const calledAs = process.argv?.[0] ?? '';
  const launch = launchOf(process, { name: 'copilot', calledAs, vector, variables: ['COPILOT_HOME'] }, files);
  const found = sessionsOf(process, state, vector.valueOf('-r', '--resume'), files);
  const spoken = found.filter(({ id }) => hasEvents(`${state}/${id}`, files));
  const fresh = spoken.length === 0 && found.length === 1;
  const claims = spoken.length === 1 ? spoken : [];
  const reason = spoken.length > 1 ? 'it holds the locks of several sessions' : 'no lock of a session is its own';
  return { version: null, launch, claims, fresh, reason: claims.length > 0 || fresh ? null : reason };
}

/** An open file proves that the session is its own. A lock may be a remnant of an earlier process with the same pid. */
function sessionsOf(
  { pid, startedAtMs }: AgentProcess,
  state: string,
  resumed: string | null,
  files: UserFiles,
): readonly ConversationClaim[] {
  const held = heldSessions(pid, files);
  if (held.length > 0) return held.map((id) => ({ id, source: 'lock-file', confidence: 'certain' }));
  const locked = files.list(state).filter((id) => isUuid(id) && isLockedBy(pid, startedAtMs, `${state}/${id}`, files));
  if (locked.length > 0) return locked.map((id) => ({ id, source: 'lock-file', confidence: 'high' }));
  const isNamed = resumed !== null && isUuid(resumed) && hasEvents(`${state}/${resumed}`, files);
  return isNamed ? [{ id: resumed, source: 'argv', confidence: 'medium' }] : [];
}

function heldSessions(pid: number, files: UserFiles): readonly string[] {
  const paths = files.openFilesOf(pid) ?? [];
  const ids = paths.flatMap((path) => {
    const [, id = '', holder = ''] = /\/session-state\/([^/]+)\/inuse\.(\d+)\.hold$/.exec(path) ?? [];
    return isUuid(id) && holder === String(pid) ? [id] : [];
  });
  return [...new Set(ids)];
}

function isLockedBy(pid: number, startedAtMs: number, directory: string, files: UserFiles): boolean {
  const path = `${directory}/inuse.${pid}.lock`;
  const facts = files.stat(path);
  // Start times are in hundredths of a second after a boot time in whole seconds.
  return (
    facts?.kind === 'file' &&
    facts.modifiedAtMs >= startedAtMs - 1_000 &&
    files.readStart(path, 32)?.trim() === String(pid)
  );
}

/** A session without a message has no events, and Copilot does not find it again (measured with 1.0.102). */
function hasEvents(directory: string, files: UserFiles): boolean {
  const facts = files.stat(`${directory}/events.jsonl`);
  return facts?.kind === 'file' && facts.uid === files.uid && facts.size > 0;
}

function checkSession(id: string, state: string, files: UserFiles): Resumability {
  const directory = `${state}/${id}`;
  if (!hasEvents(directory, files)) return { kind: 'gone', reason: 'its events were removed' };
  const holder = files
    .list(directory)
    .flatMap((name) => /^inuse\.(\d{1,9})\.hold$/.exec(name)?.[1] ?? [])
    .map(Number)
    .find((pid) => heldSessions(pid, files).includes(id));
  return holder === undefined ? { kind: 'resumable' } : { kind: 'live-elsewhere', pid: holder };
}

function stateDirectory(variable: string | null, files: UserFiles): string {
  return `${absolutePath(variable) ?? `${files.home}/.copilot`}/session-state`;
}
