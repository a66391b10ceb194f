import type { Killer } from '../core/endings.ts';
export function killerWords(k: Killer): string {
  return JSON.stringify(k);
}
