import type { Pane, SessionFacts } from './manifest.ts';

/**
 * What tells a pane's kept content from that of every other pane: when its session was created, and its number. null for
 * an imported one.
 */
export function screenKey(
  { createdAt }: Pick<SessionFacts, 'createdAt'>,
  { tmuxId }: Pick<Pane, 'tmuxId'>,
): string | null {
  const seconds = Date.parse(createdAt ?? '') / 1000;
  return tmuxId === null || !Number.isSafeInteger(seconds) || seconds < 0 ? null : `${seconds}-${tmuxId.slice(1)}`;
}
