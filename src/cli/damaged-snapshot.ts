import type { Diagnostic } from '../core/diagnostic.ts';
import type { DamagedSnapshot } from '../state/snapshot-store.ts';

/** What is said of a stored snapshot that is passed over. */
export function damagedSnapshot(user: string, { id, reason }: DamagedSnapshot): Diagnostic {
  const message = `snapshot ${id} is passed over: ${reason}`;
  return { severity: 'warning', code: 'snapshot-damaged', user, message };
}
