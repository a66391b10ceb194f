import { setTimeout as delay } from 'node:timers/promises';
import { HostReadError } from '../system/host-read-error.ts';
import { askTmux, type CallOptions } from './call-tmux.ts';
import { classifyListing, type Answer } from './classify-listing.ts';
import type { Listing } from './listing.ts';
import { listingCommand } from './listing-rows.ts';
import type { TmuxTarget } from './tmux-target.ts';
import { findUnlinkedServer, type UnlinkedServer } from './unlinked-server.ts';

/** How long a server may take to answer before it counts as hung. */
export const defaultListingTimeoutMs = 5_000;

const attempts = 3;
const pauseMs = 50;

/** Looks at a user's whole server with one tmux call; never starts one. */
export async function listServer(target: TmuxTarget, options: Partial<CallOptions> = {}): Promise<Listing> {
  const answer = await ask(target, { ...options, timeoutMs: options.timeoutMs ?? defaultListingTimeoutMs });
  if (answer.kind === 'ask-again') return { kind: 'unknown', reason: `tmux kept saying: ${answer.reason}` };
  if (answer.kind !== 'absent') return answer;
  const unlinked = lookForUnlinked(answer.path, target.account.uid);
  if (unlinked instanceof HostReadError) return { kind: 'unknown', reason: unlinked.message };
  if (unlinked === null) return { kind: 'absent', socket: answer.socket };
  return { kind: 'unknown', reason: unlinkedReason(target, answer.path, unlinked.pid) };
}

function lookForUnlinked(path: string, uid: number): UnlinkedServer | HostReadError | null {
  try {
    return findUnlinkedServer(path, uid);
  } catch (error) {
    if (error instanceof HostReadError) return error;
    throw error;
  }
}

async function ask(target: TmuxTarget, options: CallOptions): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = classifyListing(await askTmux(target, listingCommand, options), options.timeoutMs);
    if (answer.kind !== 'ask-again' || attempt === attempts) return answer;
    await delay(pauseMs);
  }
}

function unlinkedReason(target: TmuxTarget, path: string, pid: number | null): string {
  const what = `the tmux server of ${target.account.name} lives but its socket ${path} is gone`;
  return pid === null
    ? `${what}; find it with: pgrep -u ${target.account.name} tmux, then kill -USR1 it`
    : `${what}; make it again with: kill -USR1 ${pid}`;
}
