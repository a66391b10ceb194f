import type { AgentProcess, ProcessFacts } from '../agent.ts';
import type { UserFiles } from '../user-files.ts';
import { versionInPath } from './claude-version.ts';
import { configDirectory, type ConfigDirectory } from './config-directory.ts';
import { conversationArguments, type ConversationArguments } from './conversation-arguments.ts';
import { jsonFields, textField } from './json-fields.ts';
import { programOf, type Program } from './program.ts';
import { mayBeClaude, roleOf } from './role-of.ts';

/** A process whose conversation is asked for, and what is known of it before any record is read. */
export interface Subject {
  readonly process: AgentProcess;
  readonly program: Program;
  /** The process that holds the conversation: the same, unless a script called `claude` has started the real one. */
  readonly bearer: ProcessFacts;
  readonly version: string | null;
  readonly config: ConfigDirectory;
  /** null when its arguments cannot be read. */
  readonly asked: ConversationArguments | null;
}

const unreadable: Program = { form: 'native', calledAs: null, args: null };

/** Gathers what a process shows by itself. */
export function subjectOf(process: AgentProcess, files: UserFiles): Subject {
  const program = programOf(process) ?? unreadable;
  const bearer = (program.form === 'wrapper' ? process.children.find(isClaude) : undefined) ?? process;
  const own = programOf(bearer) ?? program;
  return {
    process,
    program,
    bearer,
    version: versionOf(own, bearer.exe, files),
    config: configDirectory(bearer.env('CLAUDE_CONFIG_DIR'), files),
    asked: own.args === null ? null : conversationArguments(own.args),
  };
}

function isClaude(facts: ProcessFacts): boolean {
  return mayBeClaude(facts.comm) && roleOf(facts) === 'interactive';
}

function versionOf({ calledAs }: Program, exe: string | null, files: UserFiles): string | null {
  const inPath = [exe, calledAs].map((path) => (path === null ? null : versionInPath(path)));
  return inPath.find((version) => version !== null) ?? packageVersion(calledAs, files);
}

/** As the package's own description says, where that is the user's. */
function packageVersion(script: string | null, files: UserFiles): string | null {
  const directory = /^\/.*\/@anthropic-ai\/claude-code(?=\/)/.exec(script ?? '')?.[0];
  const text = directory === undefined ? null : files.readStart(`${directory}/package.json`, 64 * 1024);
  const fields = text === null ? null : jsonFields(text);
  const version = fields === null ? null : textField(fields, 'version');
  return version === null ? null : versionInPath(`/claude/versions/${version}`);
}
