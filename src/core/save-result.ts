import type { SessionChange } from './history.ts';

/** What a save did for one user; `unknown`, `failed` and `busy` left everything as it was. */
export interface SaveResult {
  readonly user: string;
  readonly result: 'saved' | 'unchanged' | 'unknown' | 'failed' | 'busy' | 'no-account';
  /** Why nothing was recorded; null when the record is up to date. */
  readonly reason: string | null;
  /** The snapshot that holds the record now; null when there is none. */
  readonly snapshot: string | null;
  readonly live: number;
  readonly gone: number;
  /** What happened to sessions since the record before; nothing where no snapshot was stored. */
  readonly changes: readonly SessionChange[];
}

/** Whether the user's record is as good as it can be: written, found unchanged, or of nobody. */
export function isUpToDate({ result }: SaveResult): boolean {
  return result === 'saved' || result === 'unchanged' || result === 'no-account';
}
