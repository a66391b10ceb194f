import { type Boot, isSameBoot } from './boot.ts';
import type { Manifest } from './manifest.ts';
import type { MadeSession } from './same-session.ts';

/** What the host tells about losses, beside the observation itself. */
export interface Evidence extends Boot {
  /** Whether the OOM-kill counter that covers the user rose since the last save. */
  readonly oomKilled: boolean;
  /** How the server of the previous record ended; null when it lives, or when nothing tells. */
  readonly serverEnd: ServerEnd | null;
  /** Times of the user's last two good saves, newest first. */
  readonly recentSaves: readonly string[];
  /** What this run has just brought back. */
  readonly made: readonly MadeSession[];
}

/** Whether a tmux server closed its panes before it ended, or could not. */
export type ServerEnd = 'orderly' | 'violent';

export interface ServerTraces {
  readonly previous: (Boot & Pick<Manifest, 'server'>) | null;
  readonly boot: Boot;
  /** Whether a tmux server lives under the process id of the previous one, be it the same or not. */
  readonly isAlive: boolean;
  /** The terminals that a server had in the login records at the last good save; null when it had none. */
  readonly remembered: { readonly serverPid: number; readonly lines: readonly string[] } | null;
  /** The terminals in the login records now, by server; null when the host keeps none. */
  readonly recorded: ReadonlyMap<number, RecordedTerminals> | null;
}

interface RecordedTerminals {
  readonly open: readonly string[];
  readonly closed: readonly string[];
}

/**
 * How the server of the previous record ended, by what it left in the login records; null when it lives, or when they do
 * not tell.
 *
 * That nothing of it is open proves no order: whoever is given a killed server's terminal next writes over its record.
 * What proves it is that each terminal of the last good save is recorded as closed by that server.
 */
export function serverEnd({ previous, boot, isAlive, remembered, recorded }: ServerTraces): ServerEnd | null {
  const pid = previous?.server?.pid ?? null;
  if (previous === null || pid === null || isAlive || recorded === null || !isSameBoot(previous, boot)) return null;
  if (remembered === null || remembered.serverPid !== pid || remembered.lines.length === 0) return null;
  const { open, closed } = recorded.get(pid) ?? { open: [], closed: [] };
  if (open.length > 0) return 'violent';
  return remembered.lines.every((line) => closed.includes(line)) ? 'orderly' : null;
}
