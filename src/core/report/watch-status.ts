import { type HeldRecord, type HealRecords, noHeals } from '../heal/heal-records.ts';
import type { GoneEntry, SessionEntry } from '../manifest.ts';

/** Whether the watch of these records runs. Times are ISO 8601 in UTC. */
export type WatchStatus = WatchLook & {
  /** Whether this host's installation or this account keeps it as a unit, so that somebody counts on it. */
  readonly isInstalled: boolean;
  /** The command that makes it run; null when it runs, or when only another account can do that. */
  readonly command: string | null;
};

export type WatchLook =
  | {
      readonly kind: 'running';
      readonly pid: number;
      readonly since: string;
      readonly lastSaveAt: string | null;
      /** Since when it has read the kernel's log without a gap; null when it does not. */
      readonly kernelLogSince: string | null;
    }
  /** Its process lives, and has told nothing for three minutes. */
  | { readonly kind: 'silent'; readonly pid: number; readonly since: string; readonly lastSeenAt: string }
  | { readonly kind: 'ended'; readonly lastSeenAt: string }
  /** No watch has ever kept these records. */
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What the watch healed of a user, and what it holds back. */
export type HealingStatus =
  | {
      readonly kind: 'known';
      readonly lastHealAt: string | null;
      readonly held: readonly HeldRecord[];
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export const noHealing = healingStatus(noHeals, () => false);

/** `isLost` tells which sessions still wait; the record may have others that a person brought back. */
export function healingStatus(
  { heals, held }: HealRecords,
  isLost: (session: Pick<HeldRecord, 'name' | 'socket'>) => boolean,
): Extract<HealingStatus, { readonly kind: 'known' }> {
  const last = heals.findLast(({ outcome }) => outcome === 'created' || outcome === 'created-without-conversation');
  return { kind: 'known', lastHealAt: last?.at ?? null, held: held.filter(isLost) };
}

/** The sessions of a user that somebody has killed of late. */
export interface RecentKills {
  readonly count: number;
  readonly last: Pick<GoneEntry, 'cause' | 'killer' | 'goneAt'>;
}

const recentMs = 24 * 60 * 60_000;

/** The sessions that were killed for lack of memory within a day, themselves or with their server; null for none. */
export function recentKills(sessions: readonly SessionEntry[], now: string): RecentKills | null {
  const killed = sessions.flatMap((entry): readonly RecentKills['last'][] => {
    if (entry.state === 'live' || (entry.cause !== 'killed' && entry.killer === null)) return [];
    const { cause, killer, goneAt } = entry;
    return Date.parse(now) - Date.parse(goneAt) < recentMs ? [{ cause, killer, goneAt }] : [];
  });
  const [first, ...others] = killed;
  if (first === undefined) return null;
  const last = others.reduce((latest, one) => (one.goneAt > latest.goneAt ? one : latest), first);
  return { count: killed.length, last };
}
