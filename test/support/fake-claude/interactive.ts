import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { mcpEnvironment, ownCommand, stampSession, startChild, toolEnvironment } from './child-processes.ts';
import { variable, type Context } from './context.ts';
import {
  clearedConversation,
  forkedConversation,
  newConversation,
  resumedConversation,
  withNewDirectory,
  withPrompt,
  withTitle,
  writeSubAgent,
  writtenOut,
  type Conversation,
} from './conversation.ts';
import { notFound, resume, type Opening } from './opening.ts';
import { register } from './registry.ts';
import type { FakeClaudeOptions } from './settings.ts';
import { appendHistory, findTranscript, lastValue, sweepTranscripts, type StoredTranscript } from './transcript.ts';

/** Converses in the foreground of its terminal: every line is a prompt or a command, until `/exit`. */
export function converse(context: Context, opening: Exclude<Opening, { readonly kind: 'refused' }>): void {
  const { profile, settings, startId, commandLine } = context;
  const { options } = settings;
  if (options.failure !== undefined) return failAfterStart(options.failure);
  let picking = opening.kind === 'picker';
  let current: Conversation =
    opening.kind === 'picker' ? newConversation(context, startId, commandLine.name) : opening.conversation;

  const resumed = opening.kind === 'conversation' && opening.resumed !== null;
  const showsStartId = resumed && (profile.registry === 'static' || (options.startIdMs ?? 0) > 0);
  const registration = register(context, { sessionId: showsStartId ? startId : current.id, name: current.title });
  if (showsStartId && profile.registry !== 'static') {
    setTimeout(() => registration.change({ sessionId: current.id }), options.startIdMs);
  }
  const toldId = showsStartId && !profile.tellsResumedId ? startId : null;
  setImmediate(() => sweepTranscripts(context, current.id));

  const switchTo = (next: Conversation, followed: boolean): void => {
    current = next;
    if (followed) registration.change({ sessionId: next.id, ...(next.title !== null && { name: next.title }) });
    stampSession(context, next.path);
    showTitle(next.title);
  };
  const resumeStored = (stored: StoredTranscript, keepsId: boolean): void => {
    const next = keepsId ? resumedConversation(stored) : forkedConversation(context, stored, randomUUID());
    switchTo(next, profile.registry === 'follows-resume' || profile.registry === 'follows-all');
    showHistory(stored);
  };
  const resumeNamed = (id: string): void => {
    const stored = findTranscript(context, id);
    if (stored === null) return say(notFound(id));
    const again = resume(context, stored);
    if (again.kind === 'refused') return say(again.words);
    resumeStored(stored, picking ? profile.pickerKeepsId : profile.resumeKeepsId);
    picking = false;
  };
  const prompt = (text: string): void => {
    if (profile.recordsStatus) registration.change({ status: 'busy', ...statusTimes(context) });
    current = withPrompt(context, current, text, `you said: ${text}`);
    say(`● you said: ${text}`);
    if (profile.recordsStatus) registration.change({ status: 'idle', ...statusTimes(context) });
  };
  const branch = (): void => {
    const stored = current.stored ? findTranscript(context, current.id) : null;
    if (stored === null) return say('Failed to branch conversation: No conversation to branch');
    switchTo(
      writtenOut(context, forkedConversation(context, stored, randomUUID())),
      profile.registry === 'follows-all',
    );
    say(`Branched conversation: ${current.id}`);
  };
  const changeDirectory = (directory: string): void => {
    try {
      process.chdir(directory);
    } catch {
      return say(`Path does not exist: ${directory}`);
    }
    current = withNewDirectory(context, current);
    if (profile.recordsDirectoryChange) registration.change({ cwd: process.cwd() });
    say(`Moved to ${process.cwd()}`);
  };
  const leave = (): never => {
    if (current.stored) say(`\nResume this session with:\nclaude --resume ${current.id}`);
    process.exit(0);
  };

  const answer = (line: string): void => {
    if (line === '') return;
    if (picking) return resumeNamed(line);
    if (!line.startsWith('!')) appendHistory(context, line, current.id);
    const [command = '', ...words] = line.split(' ');
    const rest = words.join(' ');
    switch (command) {
      case '/clear':
        switchTo(clearedConversation(context, current, randomUUID()), profile.registry === 'follows-all');
        return say('(no content)');
      case '/resume':
        return resumeNamed(rest);
      case '/branch':
        return branch();
      case '/rename':
        current = withTitle(context, current, rest);
        if (profile.recordsName) registration.change({ name: rest });
        showTitle(rest);
        return say(`Session renamed to: ${rest}`);
      case '/cd':
        return changeDirectory(rest);
      case '/exit':
      case '/quit':
        return leave();
      case '!child':
        return say(`child ${startChild(['cat'], toolEnvironment(context, toldId ?? current.id))}`);
      case '!mcp':
        return say(`mcp server ${startChild(['cat'], mcpEnvironment(context, toldId ?? current.id))}`);
      case '!nested': {
        const args = words.length === 0 ? ['-p', 'wait'] : words;
        return say(`nested ${startChild([...ownCommand(context), ...args], toolEnvironment(context, current.id))}`);
      }
      case '!nested-unmarked': {
        const args = words.length === 0 ? ['-p', 'wait'] : words;
        return say(`nested ${startChild([...ownCommand(context), ...args], mcpEnvironment(context, current.id))}`);
      }
      case '!agent':
        return say(`wrote ${writeSubAgent(context, current)}`);
      case '!record':
        registration.change(JSON.parse(rest));
        return say('recorded');
      case '!crash':
        registration.abandon();
        return process.exit(Number(rest));
      default:
        return command.startsWith('/') ? say(`Unknown command: ${command}`) : prompt(line);
    }
  };

  endOnSignals(leave);
  showTitle(current.title);
  stampSession(context, current.path);
  say(`Claude Code v${settings.version}\n${process.cwd()}`);
  if (opening.kind === 'conversation' && opening.resumed !== null) showHistory(opening.resumed);
  say(picking ? 'Resume a session: type its id' : 'ready');
  if (commandLine.prompt !== null && !picking) answer(commandLine.prompt);
  createInterface({ input: process.stdin, terminal: false })
    .on('line', (line) => answer(line.trim()))
    .on('close', leave);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** As Claude Code 2.1 does with a conversation that it cannot load: it ends without ever having registered itself. */
function failAfterStart({ afterMs, words, exitCode }: NonNullable<FakeClaudeOptions['failure']>): void {
  setTimeout(() => {
    process.stderr.write(`${words}\n`);
    process.exit(exitCode);
  }, afterMs);
}

function showHistory({ rows }: StoredTranscript): void {
  say(`> ${lastValue(rows, 'lastPrompt') ?? ''}`);
}

function showTitle(title: string | null): void {
  if (variable('CLAUDE_CODE_DISABLE_TERMINAL_TITLE') !== null) return;
  process.stdout.write(`\u001B]0;✳ ${title ?? 'Claude Code'}\u0007`);
}

function statusTimes({ profile }: Context): Readonly<Record<string, number>> {
  const now = Date.now();
  return { updatedAt: now, ...(profile.recordsStatusTime && { statusUpdatedAt: now }) };
}

/** The handlers let `exit` listeners run, so that the record goes; a person's second Ctrl-C ends it as `/exit` does. */
function endOnSignals(leave: () => never): void {
  for (const signal of ['SIGHUP', 'SIGTERM'] as const)
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  let interrupted = false;
  process.on('SIGINT', () => {
    if (interrupted) leave();
    interrupted = true;
    say('Press Ctrl-C again to exit');
  });
}
