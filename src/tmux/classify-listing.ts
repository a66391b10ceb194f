import type { CommandResult } from '../system/exec.ts';
import { complaintOf, wentAway } from './call-tmux.ts';
import type { Listing } from './listing.ts';
import { parseRows } from './listing-rows.ts';
import { sessionsOfRows } from './sessions-of-rows.ts';

/** What one answer to the listing command says by itself. */
export type Answer =
  | Exclude<Listing, { readonly kind: 'absent' }>
  /** To be believed only when nothing listens on that path. */
  | { readonly kind: 'absent'; readonly socket: 'missing' | 'stale'; readonly path: string }
  /** The server went away, or was replaced, while it was asked. */
  | { readonly kind: 'ask-again'; readonly reason: string };

/** Reads an answer of tmux 3.1c to 3.8. The exit status alone never tells absent from broken, so the words decide. */
export function classifyListing(result: CommandResult, timeoutMs: number): Answer {
  const complaint = complaintOf(result, timeoutMs);
  if (complaint === null) return readListing(result.stdout);
  if (result.failure !== null) return { kind: 'unknown', reason: complaint };
  const words = result.stderr.trim();
  if (words === 'no current target') return readListing(result.stdout, 'without sessions');
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

function readListing(output: string, expectation?: 'without sessions'): Answer {
  const rows = parseRows(output);
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
