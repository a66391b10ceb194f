import { type Boot, isSameBoot } from '../boot.ts';
import type { ProcessKill, ServerEnd, ServerEnding } from '../endings.ts';
import type { Manifest } from '../manifest.ts';
import type { MadeSession } from './same-session.ts';

/** What the host tells about losses, besides the observation itself. */
export interface Evidence extends Boot {
  /**
   * Whether the kernel killed a process of the user since the last save, and no log tells which one: the counter that
   * covers the user rose.
   */
  readonly oomKilled: boolean;
  /** The processes of the user that were killed for lack of memory, as far as a log tells; the oldest first. */
  readonly kills: readonly ProcessKill[];
  /** The ends of the user's servers that the watch saw, the oldest first. */
  readonly serverEndings: readonly ServerEnding[];
  /** How the server of the previous record ended; null when it lives, or when no trace tells. */
  readonly serverEnd: ServerEnd | null;
  /** The same for the servers on other sockets, by socket; a server that is missing lives, or nothing tells. */
  readonly furtherEnds?: ReadonlyMap<string, ServerEnd | null>;
  /** Times of the user's last two good saves, newest first. */
  readonly recentSaves: readonly string[];
  /** What this run has just restored. */
  readonly made: readonly MadeSession[];
}

export interface ServerTraces {
  readonly previous: (Boot & Pick<Manifest, 'server'>) | null;
  readonly boot: Boot;
  /** Whether a tmux server has the process id of the previous server; it may be the same one or a new one. */
  readonly isAlive: boolean;
  /** The terminals of a server in the login records at the last good save; null when it had none. */
  readonly remembered: { readonly serverPid: number; readonly lines: readonly string[] } | null;
  /** The terminals in the login records now, by server; null when the host keeps no such records. */
  readonly recorded: ReadonlyMap<number, RecordedTerminals> | null;
}

interface RecordedTerminals {
  readonly open: readonly string[];
  readonly closed: readonly string[];
}

/**
 * How the server of the previous record ended, according to the login records; null when it lives, or when they do not
 * tell.
 *
 * A server without open records did not necessarily end in order. The next process that gets a killed server's terminal
 * overwrites its record. The proof is that this server recorded each terminal of the last good save as closed.
 */
export function serverEnd({ previous, boot, isAlive, remembered, recorded }: ServerTraces): ServerEnd | null {
  const pid = previous?.server?.pid ?? null;
  if (previous === null || pid === null || isAlive || recorded === null || !isSameBoot(previous, boot)) return null;
  if (remembered === null || remembered.serverPid !== pid || remembered.lines.length === 0) return null;
  const { open, closed } = recorded.get(pid) ?? { open: [], closed: [] };
  if (open.length > 0) return 'violent';
  return remembered.lines.every((line) => closed.includes(line)) ? 'orderly' : null;
}
