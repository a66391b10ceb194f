import { setTimeout as delay } from 'node:timers/promises';
import { attemptRead, type Attempt } from '../system/attempt-read.ts';
import { readListeningSockets, type ListeningSockets } from '../system/unix-sockets.ts';
import { callTmux, type CallOptions } from './call-tmux.ts';
import { classifyListing, type Answer } from './classify-listing.ts';
import type { Listing } from './listing.ts';
import { listingCommand } from './listing-rows.ts';
import type { TmuxTarget } from './tmux-target.ts';
import { findUnlinkedServer } from './unlinked-server.ts';

/** How long a server may take to answer before it counts as hung. */
export const defaultListingTimeoutMs = 5_000;

const attempts = 3;
const pauseMs = 50;

/**
 * Looks at a user's whole server with one tmux call; never starts one.
 *
 * `readSockets` is asked where no server answers; who looks at many users has it read the table of the kernel but once.
 */
export async function listServer(
  target: TmuxTarget,
  options: Partial<CallOptions> = {},
  readSockets: () => Attempt<ListeningSockets> = () => attemptRead(() => readListeningSockets()),
): Promise<Listing> {
  const answer = await ask(target, { ...options, timeoutMs: options.timeoutMs ?? defaultListingTimeoutMs });
  if (answer.kind === 'ask-again') return { kind: 'unknown', reason: `tmux kept saying: ${answer.reason}` };
  if (answer.kind !== 'absent') return answer;
  const { path, socket } = answer;
  const sockets = readSockets();
  if (sockets.kind === 'unreadable') return { kind: 'unknown', reason: sockets.reason };
  const unlinked = attemptRead(() => findUnlinkedServer(sockets.value, path, target.account.uid));
  if (unlinked.kind === 'unreadable') return { kind: 'unknown', reason: unlinked.reason };
  return unlinked.value === null ? { kind: 'absent', socket } : unlinkedListing(target, path, unlinked.value.pid);
}

/** All attempts together have the time of one: a server that is none could go away at the end of each. */
async function ask(target: TmuxTarget, options: CallOptions): Promise<Answer> {
  const { timeoutMs, deadlineMs = Infinity } = options;
  const limits = { ...options, deadlineMs: Math.min(deadlineMs, performance.now() + timeoutMs) };
  for (let attempt = 1; ; attempt += 1) {
    const answer = classifyListing(await callTmux(target, listingCommand, limits), timeoutMs);
    if (answer.kind !== 'ask-again' || attempt === attempts) return answer;
    await delay(pauseMs);
  }
}

function unlinkedListing({ account: { name } }: TmuxTarget, path: string, pid: number | null): Listing {
  const what = `the tmux server of ${name} lives but its socket ${path} is gone`;
  if (pid === null) {
    return { kind: 'unknown', reason: `${what}; find it with: pgrep -u ${name} tmux, then kill -USR1 it` };
  }
  const mend = `kill -USR1 ${pid}`;
  return { kind: 'unknown', reason: `${what}; make it again with: ${mend}`, mend };
}
