import { isAbsolute } from 'node:path';
import { type AgentLaunch, isUuid } from '../../core/conversation.ts';
import { holdsSecret } from '../../core/secrets.ts';
import type { FirstPrompt } from '../agent.ts';
import type { UserFiles } from '../user-files.ts';
import { type ArgumentPart, isInlineJson, isOption, namesSecret, splitArguments } from './arguments.ts';
import type { Program } from './program.ts';
import type { Subject } from './read-conversations.ts';
import { projectSlug, readTranscriptFacts, type Transcript, type TranscriptFacts } from './transcripts.ts';

/** The launch that resumes `transcript` later, or with null starts a new conversation. */
export function launchOf(
  { process, program, holder }: Subject,
  recordedDirectory: string | null,
  transcript: Transcript | null,
  files: UserFiles,
): AgentLaunch {
  const facts = readOnce(transcript, files);
  const { args, name, droppedArgs } = launchArguments(program.args ?? []);
  // A conversation restores its own title, and the user may have changed that since.
  const dropsName = name.length > 0 && (facts()?.hasTitle ?? false);
  const unread = program.args === null ? ['(overwritten by the process)'] : [];
  return {
    executable: executableOf(program, holder.exe, files),
    args: dropsName ? args : [...args, ...name],
    droppedArgs: [...droppedArgs, ...(dropsName ? ['--name'] : []), ...unread],
    env: keptEnvironment(holder.env),
    directory:
      directoryOf(transcript, recordedDirectory, holder.cwd, facts) ??
      recordedDirectory ??
      facts()?.lastDirectory ??
      holder.cwd ??
      process.cwd ??
      files.home,
  };
}

/**
 * The directory from which `claude --resume` finds a transcript: the one from which the transcript's place has its
 * name. The process or the conversation may have moved elsewhere since (`/cd`, a worktree).
 */
function directoryOf(
  transcript: Transcript | null,
  recorded: string | null,
  current: string | null,
  facts: () => TranscriptFacts | null,
): string | null {
  const isItsPlace = (directory: string | null): directory is string =>
    directory !== null && projectSlug(directory) === transcript?.project;
  if (isItsPlace(recorded)) return recorded;
  if (transcript === null) return null;
  return [facts()?.lastDirectory ?? null, facts()?.firstDirectory ?? null, current].find(isItsPlace) ?? null;
}

/** Reads a transcript only on demand, because most need not be opened at all. */
function readOnce(transcript: Transcript | null, files: UserFiles): () => TranscriptFacts | null {
  let known: TranscriptFacts | null = null;
  return () => (transcript === null ? null : (known ??= readTranscriptFacts(transcript.path, files)));
}

/** The command that resumes a conversation, or with null starts a new one; null when the id is not valid. */
export function startCommand(
  { executable, args }: AgentLaunch,
  conversationId: string | null,
): readonly string[] | null {
  if (conversationId === null) return [executable, ...args];
  // `--resume` comes first, because a flag with any number of values would take the words after it.
  return isUuid(conversationId) ? [executable, '--resume', conversationId, ...args] : null;
}

/** The words that make a text the first prompt of a resumed conversation. */
export function firstPrompt(text: string): FirstPrompt {
  // Claude Code runs a subcommand also behind `--`: `claude --resume ID -- purge` offers to delete transcripts (2.1.332).
  // Each version has other subcommands, all of them single words.
  if (/^[a-z][a-z0-9-]*$/.test(text)) {
    return { kind: 'not-taken', reason: 'it may take a single word in lower case for one of its own commands' };
  }
  return { kind: 'words', words: ['--', text] };
}

/**
 * Arguments without those that let Claude Code act without asking (2.1.329). Inline settings could do the same under
 * many names. So they are removed completely when they mention permissions.
 */
export function askingArguments(args: readonly string[]): readonly string[] {
  return splitArguments(args).flatMap((part) => {
    if (part.kind !== 'flag' || part.flag === null || part.values.some(isOption)) return [];
    return asksFirst(part.name, part.values) ? part.words : [];
  });
}

function asksFirst(name: string, values: readonly string[]): boolean {
  switch (name) {
    case '--permission-mode':
      return !values.some((value) => /bypass|dontask/i.test(value));
    case '--settings':
      return !values.some((value) => value.trimStart().startsWith('{') && /permission|bypass|skip/i.test(value));
    default:
      return !/^--(allow-)?dangerously-/.test(name);
  }
}

interface LaunchArguments {
  readonly args: readonly string[];
  /** The title from the start of the conversation (`--name`), as words; empty without one. */
  readonly name: readonly string[];
  /**
   * Arguments that are not repeated. Flags appear only by name, because values may be secret and prompts are private.
   */
  readonly droppedArgs: readonly string[];
}

/** The limit keeps records and restored command lines small. */
const maxValueLength = 4096;
const maxTotalLength = 16 * 1024;
const maxDropped = 32;
const maxNameLength = 40;

/** The arguments that a restore repeats: the user's settings, without a prompt or a conversation. */
export function launchArguments(original: readonly string[]): LaunchArguments {
  const args: string[] = [];
  let name: readonly string[] = [];
  let length = 0;
  const dropped = new Set<string>();
  for (const part of splitArguments(original)) {
    const kept = keptWords(part);
    length += kept.words.join(' ').length;
    const isTooLong = length > maxTotalLength;
    if (isTooLong || !kept.isWhole) dropped.add(labelOf(part));
    if (isTooLong) continue;
    if (part.kind === 'flag' && part.flag?.role === 'name') name = kept.words;
    else args.push(...kept.words);
  }
  return { args, name, droppedArgs: [...dropped].slice(0, maxDropped) };
}

function keptWords(part: ArgumentPart): { readonly words: readonly string[]; readonly isWhole: boolean } {
  const nothing = { words: [], isWhole: false };
  if (part.kind !== 'flag' || (part.flag?.role !== 'keep' && part.flag?.role !== 'name')) return nothing;
  const { name, words, values } = part;
  const { arity } = part.flag;
  if (arity === 'none' || (values.length === 0 && (arity === 'inline' || arity === 'optional'))) {
    return { words, isWhole: true };
  }
  const fit = values.filter((value) => mayBeKept(name, value));
  const isWhole = fit.length === values.length;
  if (fit.length === 0) return nothing;
  // Of several values, those without a secret remain. A value after an equals sign is the flag's only one.
  return { words: isWhole ? words : [name, ...fit], isWhole };
}

function mayBeKept(flag: string, value: string): boolean {
  if (value === '' || value.length > maxValueLength || holdsSecret(value)) return false;
  // A value such as `- be brief` is text. `--resume` as a value is a typing error, which another parser would read as a
  // flag.
  if (isOption(value) && !/^-\s/.test(value)) return false;
  if (!isInlineJson(value)) return true;
  if (flag === '--settings' || flag === '--mcp-config') return false;
  return flag !== '--agents' || !namesSecret(value);
}

function labelOf(part: ArgumentPart): string {
  switch (part.kind) {
    case 'positional':
      return 'prompt';
    case 'rest':
      return '--';
    case 'flag':
      return part.name.startsWith('--') ? part.name.slice(0, maxNameLength) : part.name.slice(0, 2);
  }
}

/**
 * Variables that decide where Claude Code keeps its files and which service it uses. All others come from the login
 * shell.
 */
const allowed: readonly string[] = [
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_PROJECT_DIR_NAME',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'AWS_PROFILE',
  'AWS_REGION',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'CLAUDE_CODE_NO_FLICKER',
  'CLAUDE_CODE_TOOL_MEMORY_LIMIT',
];

const maxLength = 4096;

/**
 * The variables to restore, because they belong to the way the user started it. A value with a credential is left out.
 */
export function keptEnvironment(env: (name: string) => string | null): Readonly<Record<string, string>> {
  return Object.fromEntries(
    allowed.flatMap((name) => {
      const value = env(name);
      return value !== null && mayBeKeptVariable(name, value) ? [[name, value]] : [];
    }),
  );
}

function mayBeKeptVariable(name: string, value: string): boolean {
  if (value === '' || value.length > maxLength || /[\x00-\x1f\x7f]/.test(value)) return false;
  switch (name) {
    case 'CLAUDE_CONFIG_DIR':
      return isAbsolute(value);
    case 'CLAUDE_CODE_PROJECT_DIR_NAME':
      return /^[A-Za-z0-9_-]{1,64}$/.test(value);
    default:
      // Proxies may also have no scheme: user:password@host:3128.
      return !holdsSecret(value) && !/^[^/\s]*@/.test(value);
  }
}

/** The executable for a later start: a path that survives an update, or the name to find on the user's own PATH. */
export function executableOf({ calledAs }: Program, exe: string | null, files: UserFiles): string {
  if (calledAs !== null && isLasting(calledAs) && files.stat(calledAs) !== null) return calledAs;
  // The link of the native installer, which each update points to another version.
  const installed = `${files.home}/.local/bin/claude`;
  const isInstalled = exe !== null && exe.includes('/claude/versions/') && files.stat(installed) !== null;
  return isInstalled ? installed : 'claude';
}

/**
 * Whether an update keeps the path. The updater removes old `…/versions/2.1.x`. Packages below `node_modules` change
 * with updates and Node versions.
 */
function isLasting(path: string): boolean {
  return isAbsolute(path) && !/\/(versions|node_modules|_npx)\//.test(path) && !/[\x00-\x1f\x7f]/.test(path);
}
