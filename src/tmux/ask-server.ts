import { once } from 'node:events';
import type { CommandResult } from '../system/programs/exec.ts';
import { converse, type ConversationBreak } from './conversation.ts';
import { openExchange, type ExchangeEnd } from './exchange.ts';
import { lossWords } from './server-socket.ts';
import { tmuxArgv, type TmuxTarget } from './tmux-target.ts';

interface AskOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The text that the server gets when it reads standard input. */
  readonly input?: string;
}

/** `not-understood`: the server speaks a protocol that this program does not know, so only a tmux client can ask it. */
type ServerAnswer =
  | { readonly kind: 'answered'; readonly result: CommandResult }
  | { readonly kind: 'not-understood'; readonly what: string };

/** The limit of one answer with its framing. It is a little more than the output limit of a client. */
const maxReceivedBytes = 5 * 1024 * 1024;

/**
 * Sends one command to a running server in tmux's own protocol, and never starts a server. It runs no client program,
 * so the server can take over nothing of this process. It refuses any program that a server wants its client to run.
 */
export async function askServer(
  target: TmuxTarget,
  args: readonly string[],
  options: AskOptions,
): Promise<ServerAnswer> {
  const argv = tmuxArgv(target, args);
  const finished = (result: Omit<CommandResult, 'command'>): ServerAnswer => ({
    kind: 'answered',
    result: { command: argv, ...result },
  });
  const end = await withinLimits(options, (limit) =>
    converse(target, args, { step: openExchange(options.input ?? null), maxReceivedBytes, limit }),
  );
  switch (end.kind) {
    case 'answered':
      return finished({ exitCode: end.exitCode, stdout: end.stdout, stderr: end.stderr, failure: null });
    case 'unreachable':
      return finished({ exitCode: 1, stdout: '', stderr: `${end.words}\n`, failure: null });
    case 'lost':
      return finished({ exitCode: 1, stdout: '', stderr: `${lossWords}\n`, failure: null });
    case 'too-much-output':
      return finished({ exitCode: null, stdout: '', stderr: '', failure: 'too-much-output' });
    case 'refused':
      return finished({ exitCode: null, stdout: '', stderr: end.words, failure: 'refused' });
    case 'stopped':
      return finished({ exitCode: null, stdout: '', stderr: '', failure: end.why });
    case 'not-understood':
      return end;
  }
}

type ConversationEnd =
  ExchangeEnd | ConversationBreak | { readonly kind: 'stopped'; readonly why: 'timeout' | 'aborted' };

/**
 * Runs a conversation until it ends, its time is up, or it is cancelled. `limit` registers the closing of what the
 * conversation has opened.
 */
async function withinLimits(
  { timeoutMs, signal }: AskOptions,
  conversation: (limit: AbortSignal) => Promise<ConversationEnd>,
): Promise<ConversationEnd> {
  const limit = new AbortController();
  const stopped = once(limit.signal, 'abort').then((): ConversationEnd => {
    return { kind: 'stopped', why: signal?.aborted === true ? 'aborted' : 'timeout' };
  });
  const stop = (): void => limit.abort();
  const timer = setTimeout(stop, timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    return await Promise.race([stopped, conversation(limit.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
