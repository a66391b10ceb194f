import { createHash } from 'node:crypto';
import type { Pane, SessionFacts } from '../core/manifest.ts';

/**
 * What tells a pane's kept content from that of every other pane: when its session was created, its number, and its
 * server's socket where that is not the default one. null for an imported one.
 */
export function screenKey(
  { createdAt, socket }: Pick<SessionFacts, 'createdAt' | 'socket'>,
  { tmuxId }: Pick<Pane, 'tmuxId'>,
): string | null {
  const seconds = Date.parse(createdAt ?? '') / 1000;
  if (tmuxId === null || !Number.isSafeInteger(seconds) || seconds < 0) return null;
  const place = socket === null ? '' : `-${createHash('sha256').update(socket).digest('hex').slice(0, 16)}`;
  return `${seconds}-${tmuxId.slice(1)}${place}`;
}
