import type { Finding } from '../diagnostic.ts';
import type { Cause, SessionEntry } from '../manifest.ts';
import { isLossOffered } from '../offer/offered-sessions.ts';
import { compareText } from '../text.ts';
import { saveOverdueMs, type UserStatus } from './status.ts';

/** Every user, and the health of the saves, for an administrator of the roster. */
export interface Overview {
  /** The administrator who asked. */
  readonly user: string;
  readonly users: readonly UserOverview[];
  readonly health: readonly Finding[];
}

export interface UserOverview {
  readonly user: string;
  /** null when it is not known what runs. */
  readonly live: number | null;
  readonly lost: number;
  readonly lastSavedAt: string | null;
  readonly saveProblem: string | null;
  readonly lastLossAt: string | null;
  readonly lastCause: Cause | null;
}

/** One user of an overview; `recorded` are the entries of the newest record. */
export function userOverview(status: UserStatus, recorded: readonly SessionEntry[], nowMs: number): UserOverview {
  const lost = recorded.flatMap((entry) => (entry.state === 'gone' && isLossOffered(entry.cause) ? [entry] : []));
  const last = lost.toSorted((a, b) => compareText(b.goneAt, a.goneAt))[0] ?? null;
  return {
    user: status.user,
    live: status.observation === null || status.observation.kind === 'unknown' ? null : status.sessions.live,
    lost: lost.length,
    lastSavedAt: status.lastGood?.time ?? null,
    saveProblem: saveProblemOf(status, nowMs),
    lastLossAt: last?.goneAt ?? null,
    lastCause: last?.cause ?? null,
  };
}

function saveProblemOf({ hasAccount, lastResult, lastGood }: UserStatus, nowMs: number): string | null {
  if (!hasAccount) return 'has no account on this host';
  const reason = lastResult?.reason ?? null;
  if (reason !== null) return reason;
  if (lastGood === null) return 'was never saved';
  const isOverdue = nowMs - Date.parse(lastGood.time) > saveOverdueMs;
  return isOverdue ? `was last saved ${lastGood.time}` : null;
}
