import type { Boot } from './boot.ts';
import type { MadeSession } from './same-session.ts';
import type { ServerEnd } from './server-end.ts';

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
