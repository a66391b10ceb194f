import { endianness } from 'node:os';
import type { Socket } from 'node:net';
import type { ExchangeStep } from './exchange.ts';
import { commandMessage, identification, messageReader, type Message } from './protocol-messages.ts';
import { connectionWords, connectToServer, isLoss } from './server-socket.ts';
import type { TmuxTarget } from './tmux-target.ts';

/** How a connection to a server ended without an end of its exchange. */
export type ConversationBreak =
  /** In the words of a tmux client. */
  | { readonly kind: 'unreachable'; readonly words: string }
  /** The server closed the connection without a word. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'too-much-output' }
  | { readonly kind: 'not-understood'; readonly what: string };

interface Conversation<End> {
  /** What each message of the server means. */
  readonly step: (message: Message) => ExchangeStep<End>;
  /** The most bytes that the server may send on this connection. */
  readonly maxReceivedBytes: number;
  /** Closes the connection. The conversation may then never end. */
  readonly limit: AbortSignal;
}

/** Sends one command to a running server on a connection of its own, and follows the exchange to its end. */
export async function converse<End>(
  target: TmuxTarget,
  args: readonly string[],
  conversation: Conversation<End>,
): Promise<End | ConversationBreak> {
  const { limit } = conversation;
  const command = commandMessage(args);
  if (endianness() !== 'LE') return { kind: 'not-understood', what: 'the byte order of this host is not known to us' };
  if (command === null) return { kind: 'not-understood', what: 'the command is too long for one message' };
  const connection = await connectToServer(target);
  if (connection.kind === 'failed') return { kind: 'unreachable', words: connection.words };
  const { socket, path } = connection;
  const close = (): void => void socket.destroy();
  if (limit.aborted) close();
  else limit.addEventListener('abort', close, { once: true });
  socket.write(Buffer.concat([identification(), command]));
  return await receive(socket, path, conversation);
}

function receive<End>(
  socket: Socket,
  path: string,
  { step, maxReceivedBytes }: Conversation<End>,
): Promise<End | ConversationBreak> {
  const read = messageReader();
  let receivedBytes = 0;
  let isOver = false;
  return new Promise((resolve) => {
    const end = (how: End | ConversationBreak): void => {
      isOver = true;
      resolve(how);
      // Sends what is still queued. A server that does not read it delays nobody.
      socket.end();
      socket.unref();
      setTimeout(() => socket.destroy(), lingerMs).unref();
    };
    socket.on('error', (error) =>
      resolve(isLoss(error) ? { kind: 'lost' } : { kind: 'unreachable', words: connectionWords(path, error) }),
    );
    socket.on('close', () => resolve({ kind: 'lost' }));
    socket.on('data', (chunk) => {
      if (isOver) return;
      receivedBytes += chunk.length;
      const reading = read(Buffer.from(chunk));
      if (reading.kind === 'misfit') return end({ kind: 'not-understood', what: reading.what });
      for (const message of reading.messages) {
        const { replies, end: how } = step(message);
        for (const reply of replies) socket.write(reply);
        if (how !== null) return end(how);
      }
      if (receivedBytes > maxReceivedBytes) end({ kind: 'too-much-output' });
    });
  });
}

/** How long a server may take to read its client's acknowledgement. */
const lingerMs = 1_000;
