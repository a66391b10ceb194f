import { isAbsolute } from 'node:path';
import { type AgentLaunch, isUuid } from '../../core/conversation.ts';
import type { UserFiles } from '../user-files.ts';
import { type ArgumentPart, holdsSecret, isInlineJson, isOption, namesSecret, splitArguments } from './arguments.ts';
import type { Program } from './program.ts';
import type { Subject } from './read-conversations.ts';
import { projectSlug, readTranscriptFacts, type Transcript, type TranscriptFacts } from './transcripts.ts';

/** How a process is started again to take up `transcript`, or with null to start anew. */
export function launchOf(
  { process, program, holder }: Subject,
  recordedDirectory: string | null,
  transcript: Transcript | null,
  files: UserFiles,
): AgentLaunch {
  const facts = readOnce(transcript, files);
  const { args, name, droppedArgs } = launchArguments(program.args ?? []);
  // A title of its own comes back with the conversation, and may have been changed since.
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
 * The directory from which `claude --resume` finds a transcript: the one that its place is named after. A process or a
 * conversation may have gone elsewhere since (`/cd`, a worktree).
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

/** Most transcripts need not be opened at all. */
function readOnce(transcript: Transcript | null, files: UserFiles): () => TranscriptFacts | null {
  let known: TranscriptFacts | null = null;
  return () => (transcript === null ? null : (known ??= readTranscriptFacts(transcript.path, files)));
}

/** The command that resumes a conversation, or with null starts a new one; null when the id is not believable. */
export function startCommand(
  { executable, args }: AgentLaunch,
  conversationId: string | null,
): readonly string[] | null {
  if (conversationId === null) return [executable, ...args];
  // First, for a flag with any number of values would take the words behind it.
  return isUuid(conversationId) ? [executable, '--resume', conversationId, ...args] : null;
}

/**
 * Arguments without those that let Claude Code act without asking (2.1.329). Settings that are written out could do the same by many
 * names, and are left out whole when they speak of permissions.
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
  /** The title that the conversation was started with (`--name`), as words; empty without. */
  readonly name: readonly string[];
  /** What is not repeated: flags by their name only, for a value may be secret, and a prompt is nobody else's business. */
  readonly droppedArgs: readonly string[];
}

/** Keeps a record, and a restored command line, of a bearable size. */
const maxValueLength = 4096;
const maxTotalLength = 16 * 1024;
const maxDropped = 32;
const maxNameLength = 40;

/** The arguments with which a conversation is taken up again: how the person works, without a prompt or a conversation. */
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
  // Of several values, those without a secret remain; a value behind an equals sign is its flag's only one.
  return { words: isWhole ? words : [name, ...fit], isWhole };
}

function mayBeKept(flag: string, value: string): boolean {
  if (value === '' || value.length > maxValueLength || holdsSecret(value)) return false;
  // A value such as `- be brief` is text; `--resume` in its place is a slip that would be read as a flag elsewhere.
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

/** What decides where Claude Code keeps its files and which service it talks to; all else comes from the login shell. */
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
];

const maxLength = 4096;

/** The variables that belong to how the person started it. A value with a credential in it is left out. */
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
      // Proxies are also written without a scheme: user:password@host:3128.
      return !holdsSecret(value) && !/^[^/\s]*@/.test(value);
  }
}

/** What to start it by later: a path that an update does not remove, or its name for the user's own PATH. */
export function executableOf({ calledAs }: Program, exe: string | null, files: UserFiles): string {
  if (calledAs !== null && isLasting(calledAs) && files.stat(calledAs) !== null) return calledAs;
  // Where the native installer puts the link that each update points elsewhere.
  const installed = `${files.home}/.local/bin/claude`;
  const isInstalled = exe !== null && exe.includes('/claude/versions/') && files.stat(installed) !== null;
  return isInstalled ? installed : 'claude';
}

/** The updater prunes `…/versions/2.1.x`, and packages come and go below `node_modules`, by Node version too. */
function isLasting(path: string): boolean {
  return isAbsolute(path) && !/\/(versions|node_modules|_npx)\//.test(path) && !/[\x00-\x1f\x7f]/.test(path);
}
