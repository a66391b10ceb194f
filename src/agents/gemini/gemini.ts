import { basename } from 'node:path';
import { briefId, isUuid } from '../../core/conversation.ts';
import type { Agent, AgentProcess, AgentReading, ProcessFacts } from '../agent.ts';
import { absolutePath, launchOf } from '../launch-of.ts';
import { optionTable, splitVector, wantedOptions } from '../option-vector.ts';
import { mayBeNode, nodeScript } from '../read-process-facts.ts';
import type { UserFiles } from '../user-files.ts';

const subcommands: ReadonlySet<string> = new Set('mcp extensions extension skills skill hooks hook gemma'.split(' '));

// From `gemini --help` of 0.61.0.
const options = optionTable([
  { role: 'keep', takes: 'none', names: '-d --debug --skip-trust -s --sandbox -y --yolo --screen-reader' },
  { role: 'keep', takes: 'one', names: '-m --model --approval-mode' },
  {
    role: 'keep',
    takes: 'many',
    names: '--policy --admin-policy --allowed-mcp-server-names --allowed-tools -e --extensions --include-directories',
  },
  { role: 'drop', takes: 'none', names: '--raw-output --accept-raw-output-risk' },
  { role: 'drop', takes: 'one', names: '-i --prompt-interactive --session-file --session-id' },
  { role: 'drop', takes: 'optional', names: '-r --resume -w --worktree' },
  { role: 'end', takes: 'none', names: '--acp --experimental-acp -l --list-extensions --list-sessions' },
  { role: 'end', takes: 'none', names: '-v --version -h --help' },
  { role: 'end', takes: 'one', names: '-p --prompt --delete-session -o --output-format' },
]);

const maxRecordBytes = 64 * 1024;

/**
 * Gemini CLI. Only its arguments tell the conversation, because it opens its chat file anew for each record (0.61.0).
 */
export const gemini: Agent = {
  name: 'gemini',
  mayBe: mayBeNode,
  roleOf: (process) => {
    const program = programOf(process);
    if (program === null) return null;
    const { positionals, ends } = splitVector(program.args, options);
    return ends || subcommands.has(positionals[0] ?? '') ? 'other' : 'interactive';
  },
  readConversations: (processes, files) => new Map(processes.map((process) => [process, readingOf(process, files)])),
  checkResumable: ({ id, launch }, files) =>
    hasChat(id, launch.env['GEMINI_CLI_HOME'] ?? null, files)
      ? { kind: 'resumable' }
      : { kind: 'gone', reason: 'its chat file was removed' },
  announcesConversation: () => false,
  askingArguments: (args) => wantedOptions(args, options, asksFirst),
  startCommand: ({ executable, args }, id) => {
    if (id === null) return [executable, ...args];
    return isUuid(id) ? [executable, '--resume', id, ...args] : null;
  },
  // Behind an equals sign, its parser takes any text as the value (0.61.0). As a positional word, `-x` would be an option.
  firstPrompt: (text) => ({ kind: 'words', words: [`--prompt-interactive=${text}`] }),
};

/** Whether an option still lets Gemini ask first, from `gemini --help` of 0.61.0. */
function asksFirst(name: string, values: readonly string[]): boolean {
  if (name === '--approval-mode') return !values.some((value) => /yolo/i.test(value));
  return name !== '-y' && name !== '--yolo';
}

/** Uses the parent process. Its child, with the same arguments and more memory for V8, counts as nested in it. */
function programOf(process: ProcessFacts): ReturnType<typeof nodeScript> {
  const program = nodeScript(process);
  const isGemini =
    program !== null && (basename(program.script) === 'gemini' || program.script.includes('/@google/gemini-cli/'));
  return isGemini ? program : null;
}

function readingOf(process: AgentProcess, files: UserFiles): AgentReading {
  const { script = '', args = [] } = programOf(process) ?? {};
  const vector = splitVector(args, options);
  const resumed = vector.valueOf('-r', '--resume');
  const chosen = vector.valueOf('--session-id');
  const id = resumed ?? chosen;
  const isNamed = id !== null && hasChat(id, process.env('GEMINI_CLI_HOME'), files);
  const fresh = !isNamed && resumed === null && chosen !== null && isUuid(chosen);
  return {
    version: null,
    launch: launchOf(process, { name: 'gemini', calledAs: script, vector, variables: ['GEMINI_CLI_HOME'] }, files),
    claims: isNamed ? [{ id, source: 'argv', confidence: 'medium' }] : [],
    fresh,
    reason:
      isNamed || fresh
        ? null
        : 'gemini tells its conversation only in its arguments, when it is started with --resume and an id',
  };
}

/** Chats are stored by project. Their names hold the day, the time and the first part of the id. */
function hasChat(id: string, geminiHome: string | null, files: UserFiles): boolean {
  if (!isUuid(id)) return false;
  const projects = `${absolutePath(geminiHome) ?? files.home}/.gemini/tmp`;
  const name = new RegExp(`^session-.*-${briefId(id)}\\.jsonl?$`);
  const record = new RegExp(`"sessionId"\\s*:\\s*"${id}"`);
  return files.list(projects).some((project) => {
    const chats = `${projects}/${project}/chats`;
    const candidates = files.list(chats).filter((file) => name.test(file));
    return candidates.some((file) => record.test(files.readStart(`${chats}/${file}`, maxRecordBytes) ?? ''));
  });
}
