import type { KillReport } from '../core/endings.ts';
export type J =
  | { readonly kind: 'read'; readonly reports: readonly KillReport[] }
  | { readonly kind: 'unreadable'; readonly reason: string };
export async function readKillsInJournal(_: { sinceMs: number; signal: AbortSignal }): Promise<J> {
  return { kind: 'read', reports: [] };
}
