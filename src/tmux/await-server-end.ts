import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerEnd } from '../core/endings.ts';
import type { ServerIdentity } from '../core/manifest.ts';
import { isSameServer } from '../core/record/same-session.ts';
import { pause } from '../system/pause.ts';
import { converse, type ConversationBreak } from './conversation.ts';
import { openExchange, type ExchangeEnd, type ExchangeStep } from './exchange.ts';
import { parseServer } from './listing-rows.ts';
import type { Message } from './protocol-messages.ts';
import { lossWords } from './server-socket.ts';
import type { TmuxTarget } from './tmux-target.ts';

interface AwaitOptions {
  readonly signal: AbortSignal;
  /** Called once, as soon as the server is waited for. */
  readonly onIdentity?: (server: ServerIdentity) => void;
  /** How long a server may take to name itself. */
  readonly answerMs?: number;
}

/** How the wait for the end of a server ended. */
export type ServerWait =
  | { readonly kind: 'ended'; readonly server: ServerIdentity; readonly end: ServerEnd }
  /** No server answers there, or it lives and answers no more. In the words of a tmux client, where it has any. */
  | { readonly kind: 'unreachable'; readonly words: string }
  /** It lives, and says what no known tmux says to a waiting client. Nobody waits for its end any more. */
  | { readonly kind: 'not-understood'; readonly what: string }
  | { readonly kind: 'stopped' };

/**
 * Waits for the end of a running server on one connection, and never starts a server. The client is attached to no
 * session. So `list-clients` does not show it, and no window changes its size for it.
 *
 * A server that ends in an orderly way says EXIT or SHUTDOWN first (3.1c to 3.8, for `kill-server`, SIGTERM and the end
 * of the last session). EXIT also ends a finished `wait-for` of a server that lives on, and a server without a session
 * lives on when a client came meanwhile. So what was heard counts only when the same server does not answer again.
 */
export async function awaitServerEnd(target: TmuxTarget, options: AwaitOptions): Promise<ServerWait> {
  if (options.signal.aborted) return { kind: 'stopped' };
  const first = await waitOnce(target, options, null);
  if (first.server === null || first.end === null) return withoutEnd(first.how);
  const { server } = first;
  const others = { ...options, onIdentity: () => {} };
  let heard = first.end;
  let losses = 0;
  // A server that is ending closes its socket only after its last client. Whoever asks at once would delay it.
  let pauseMs = heard === 'violent' ? 0 : firstPauseMs;
  for (;;) {
    if (!(await pause(pauseMs, options.signal))) return { kind: 'stopped' };
    const startedAt = performance.now();
    const again = await waitOnce(target, others, server);
    const { kind } = again.how;
    if (kind === 'another') return { kind: 'ended', server, end: heard };
    if (kind === 'stopped' || kind === 'silent') return withoutEnd(again.how);
    if (again.server === null) {
      losses += kind === 'lost' ? 1 : maxLosses;
      if (losses >= maxLosses) return { kind: 'ended', server, end: heard };
    } else {
      if (again.end === null) return withoutEnd(again.how);
      losses = 0;
      heard = again.end;
    }
    const isLong = performance.now() - startedAt > maxPauseMs;
    pauseMs = isLong ? firstPauseMs : Math.min(2 * pauseMs + firstPauseMs, maxPauseMs);
  }
}

const firstPauseMs = 50;
/** How often, at most, a server is asked that lives and ends each wait. */
const maxPauseMs = 10_000;
/** How many connections in a row may break before a server has named itself. */
const maxLosses = 3;
const defaultAnswerMs = 5_000;
/** How long a stopped wait may take. */
const releaseMs = 500;
/** A waiting client gets about 100 bytes in all (3.1c to 3.8). */
const maxReceivedBytes = 64 * 1024;

/** One wait on one connection. */
interface Round {
  /** null when it did not name itself. */
  readonly server: ServerIdentity | null;
  /** What the end of the connection says of the end of that server; null for nothing. */
  readonly end: ServerEnd | null;
  readonly how: RoundEnd;
}

type RoundEnd = WaitEnd | ConversationBreak | { readonly kind: 'stopped' } | { readonly kind: 'silent' };

/** `another`: not the expected server. */
type WaitEnd = ExchangeEnd | { readonly kind: 'another' };

async function waitOnce(target: TmuxTarget, options: AwaitOptions, expected: ServerIdentity | null): Promise<Round> {
  const { signal, onIdentity, answerMs = defaultAnswerMs } = options;
  const found: { server: ServerIdentity | null } = { server: null };
  const channel = `tmux-persist-${randomUUID()}`;
  const over = new AbortController();
  const isOver = once(over.signal, 'abort').then((): RoundEnd => ({ kind: signal.aborted ? 'stopped' : 'silent' }));
  const stop = (): void => over.abort();
  const timer = setTimeout(stop, answerMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const step = openWait(expected, (server) => {
    clearTimeout(timer);
    found.server = server;
    onIdentity?.(server);
  });
  const closing = new AbortController();
  try {
    const talk = converse(target, waitingCommand(channel), { step, maxReceivedBytes, limit: closing.signal });
    const how = await Promise.race([isOver, talk]);
    if (how.kind === 'stopped' && found.server !== null) await release(target, channel, talk);
    // After any other end the connection closes by itself, once the server has read the acknowledgement.
    if (how.kind === 'stopped' || how.kind === 'silent') closing.abort();
    return { server: found.server, end: found.server === null ? null : endOf(how), how };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Names the server, then waits on a channel that nobody can guess. `list-commands` prints a format for one command. In
 * 3.1c `display-message` fails on a server without a session, and `list-commands` does not.
 */
function waitingCommand(channel: string): readonly string[] {
  return ['list-commands', '-F', '#{pid} #{start_time}', 'wait-for', ';', 'wait-for', channel];
}

/** Ends our wait in the server. A server of 3.3a keeps 5 kB for each client that left while it waited. */
async function release(target: TmuxTarget, channel: string, talk: Promise<unknown>): Promise<void> {
  const limit = AbortSignal.timeout(releaseMs);
  const late = once(limit, 'abort');
  const signalled = converse(target, ['wait-for', '-S', channel], {
    step: openExchange(null),
    maxReceivedBytes,
    limit,
  });
  await Promise.race([late, signalled.then(() => talk)]);
}

/** The exchange of a waiting client. It ends early when another server than the expected one names itself. */
function openWait(
  expected: ServerIdentity | null,
  onNamed: (server: ServerIdentity) => void,
): (message: Message) => ExchangeStep<WaitEnd> {
  const step = openExchange(null);
  let line: string | null = '';
  return (message) => {
    const made = step(message);
    if (line === null || made.printed === undefined) return made;
    line += made.printed.toString('latin1');
    if (!line.endsWith('\n')) return made;
    const server = parseServer(line.trimEnd().split(' '));
    if (server === null) return { ...made, end: { kind: 'not-understood', what: 'it does not name itself' } };
    line = null;
    if (expected !== null && !isSameServer(server, expected)) return { ...made, end: { kind: 'another' } };
    onNamed(server);
    return made;
  };
}

function endOf({ kind }: RoundEnd): ServerEnd | null {
  if (kind === 'answered') return 'orderly';
  return kind === 'lost' ? 'violent' : null;
}

/** The result of a wait that heard no end of a server which had named itself. */
function withoutEnd(how: RoundEnd): ServerWait {
  switch (how.kind) {
    case 'stopped':
    case 'unreachable':
    case 'not-understood':
      return how;
    case 'silent':
      return { kind: 'unreachable', words: 'the server does not answer' };
    case 'lost':
      return { kind: 'unreachable', words: lossWords };
    case 'answered':
      return { kind: 'unreachable', words: how.stderr.trim() || 'the server does not name itself' };
    case 'another':
      return { kind: 'unreachable', words: 'another server answers' };
    // Neither is an end: the server lives. Only its own user loses by it.
    case 'refused':
      return { kind: 'not-understood', what: how.words };
    case 'too-much-output':
      return { kind: 'not-understood', what: 'it sends more than a waiting client gets' };
  }
}
