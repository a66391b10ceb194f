import { once } from 'node:events';
import { endianness } from 'node:os';
import type { Socket } from 'node:net';
import type { CommandResult } from '../system/exec.ts';
import { openExchange, type ExchangeEnd } from './exchange.ts';
import { commandMessage, identification, messageReader } from './protocol-messages.ts';
import { connectionWords, connectToServer } from './server-socket.ts';
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
  const command = commandMessage(args);
  if (endianness() !== 'LE') return { kind: 'not-understood', what: 'the byte order of this host is not known to us' };
  if (command === null) return { kind: 'not-understood', what: 'the command is too long for one message' };
  const argv = tmuxArgv(target, args);
  const finished = (result: Omit<CommandResult, 'command'>): ServerAnswer => ({
    kind: 'answered',
    result: { command: argv, ...result },
  });
  const end = await withinLimits(options, (limit) => converse(target, command, options.input ?? null, limit));
  switch (end.kind) {
    case 'answered':
      return finished({ exitCode: end.exitCode, stdout: end.stdout, stderr: end.stderr, failure: null });
    case 'unreachable':
      return finished({ exitCode: 1, stdout: '', stderr: `${end.words}\n`, failure: null });
    case 'refused':
      return finished({ exitCode: null, stdout: '', stderr: end.words, failure: 'refused' });
    case 'stopped':
      return finished({ exitCode: null, stdout: '', stderr: '', failure: end.why });
    case 'not-understood':
      return end;
  }
}

type ConversationEnd =
  | ExchangeEnd
  | { readonly kind: 'unreachable'; readonly words: string }
  | { readonly kind: 'stopped'; readonly why: 'timeout' | 'aborted' | 'too-much-output' };

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

async function converse(
  target: TmuxTarget,
  command: Buffer,
  input: string | null,
  limit: AbortSignal,
): Promise<ConversationEnd> {
  const connection = await connectToServer(target);
  if (connection.kind === 'failed') return { kind: 'unreachable', words: connection.words };
  const { socket, path } = connection;
  const close = (): void => void socket.destroy();
  if (limit.aborted) close();
  else limit.addEventListener('abort', close, { once: true });
  socket.write(Buffer.concat([identification(), command]));
  return await receive(socket, path, input);
}

function receive(socket: Socket, path: string, input: string | null): Promise<ConversationEnd> {
  const read = messageReader();
  const step = openExchange(input);
  let receivedBytes = 0;
  return new Promise((resolve) => {
    const end = (how: ConversationEnd): void => {
      resolve(how);
      // Sends what is still queued. A server that does not read it delays nobody.
      socket.end();
      socket.unref();
      setTimeout(() => socket.destroy(), lingerMs).unref();
    };
    socket.on('error', (error) => resolve({ kind: 'unreachable', words: connectionWords(path, error) }));
    // A tmux client says this when the server ends in the middle of a command.
    socket.on('close', () => resolve({ kind: 'unreachable', words: 'server exited unexpectedly' }));
    socket.on('data', (chunk) => {
      receivedBytes += chunk.length;
      const reading = read(Buffer.from(chunk));
      if (reading.kind === 'misfit') return end({ kind: 'not-understood', what: reading.what });
      for (const message of reading.messages) {
        const { replies, end: how } = step(message);
        for (const reply of replies) socket.write(reply);
        if (how !== null) return end(how);
      }
      if (receivedBytes > maxReceivedBytes) end({ kind: 'stopped', why: 'too-much-output' });
    });
  });
}

/** How long a server may take to read its client's acknowledgement. */
const lingerMs = 1_000;
