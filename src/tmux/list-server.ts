import { setTimeout as delay } from 'node:timers/promises';
import type { CommandResult } from '../system/programs/exec.ts';
import { type Attempt, attemptRead } from '../system/files/read-file.ts';
import { type ListeningSockets, readListeningSockets } from '../system/sockets/unix-sockets.ts';
import { type CallOptions, callTmux, complaintOf, wentAway } from './call-tmux.ts';
import { listingCommand, parseRows } from './listing-rows.ts';
import type { Listing } from './listing.ts';
import { findUnlinkedServer } from './listening-processes.ts';
import { sessionsOfRows } from './sessions-of-rows.ts';
import type { TmuxTarget } from './tmux-target.ts';

/** How long a server may take to answer before it counts as hung. */
const defaultListingTimeoutMs = 5_000;

const attempts = 3;
const pauseMs = 50;

interface ListingOptions extends CallOptions {
  /** A tmux format to evaluate for each session, from the roster; null for none. */
  readonly keepWhen: string | null;
}

/**
 * Lists a user's whole server with one tmux call, and never starts a server.
 *
 * `readSockets` is called only when no server answers. A caller with many users passes one that reads the kernel's
 * table only once.
 */
export async function listServer(
  target: TmuxTarget,
  options: Partial<ListingOptions> = {},
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

/** All attempts share the time limit of one, because a fake server could disconnect at the end of each. */
async function ask(target: TmuxTarget, options: CallOptions & Partial<ListingOptions>): Promise<Answer> {
  const { timeoutMs, deadlineMs = Infinity, keepWhen = null } = options;
  const limits = { ...options, deadlineMs: Math.min(deadlineMs, performance.now() + timeoutMs) };
  for (let attempt = 1; ; attempt += 1) {
    const answer = classifyListing(await callTmux(target, listingCommand(keepWhen), limits), timeoutMs, keepWhen);
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

/** The meaning of one answer to the listing command. */
type Answer =
  | Exclude<Listing, { readonly kind: 'absent' }>
  /** Valid only when no process listens on that path. */
  | { readonly kind: 'absent'; readonly socket: 'missing' | 'stale'; readonly path: string }
  /** The server ended, or another one replaced it, during the call. */
  | { readonly kind: 'ask-again'; readonly reason: string };

/** Reads an answer of tmux 3.1c to 3.8. The words decide, because the exit status does not tell absent from broken. */
export function classifyListing(result: CommandResult, timeoutMs: number, keepWhen: string | null = null): Answer {
  const asked = keepWhen === null ? 'plain' : 'with a condition';
  const complaint = complaintOf(result, timeoutMs);
  if (complaint === null) return readListing(result.stdout, asked);
  if (result.failure !== null) return { kind: 'unknown', reason: complaint };
  const words = result.stderr.trim();
  if (words === 'no current target') return readListing(result.stdout, asked, 'without sessions');
  if (result.stdout === '') {
    const stale = /^no server running on (\/.+)$/s.exec(words)?.[1];
    if (stale !== undefined) return { kind: 'absent', socket: 'stale', path: stale };
    const missing = /^error connecting to (\/.+) \(No such file or directory\)$/s.exec(words)?.[1];
    if (missing !== undefined) return { kind: 'absent', socket: 'missing', path: missing };
  }
  if (wentAway(words)) return { kind: 'ask-again', reason: words };
  if (words.startsWith('protocol version mismatch')) {
    return {
      kind: 'unknown',
      reason: `${complaint}: the running server is of another tmux version; restart it when you can`,
    };
  }
  return { kind: 'unknown', reason: complaint };
}

function readListing(output: string, asked: 'with a condition' | 'plain', expectation?: 'without sessions'): Answer {
  const rows = parseRows(output, asked);
  if ('excess' in rows) return { kind: 'unknown', reason: 'tmux lists more than is believable' };
  if ('misfit' in rows) return misfit(`a row of its answer does not fit: ${JSON.stringify(rows.misfit.slice(0, 120))}`);
  const sessions = sessionsOfRows(rows);
  if (sessions === null) return misfit('its sessions and its panes do not belong together');
  if (expectation === undefined && rows.server === null) return misfit('it did not name its server');
  if (expectation === 'without sessions' && sessions.length > 0) return misfit('it answered only in part');
  return { kind: 'listed', server: rows.server, sessions };
}

function misfit(what: string): Answer {
  return { kind: 'unknown', reason: `tmux cannot be understood: ${what}` };
}
