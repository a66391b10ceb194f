import { isAtLeast } from './claude-version.ts';
import type { RegistryRecord } from './registry-record.ts';

/**
 * How far a record tells what a process holds. `exact`: follows every change of conversation. `clear-blind`: follows all
 * but `/clear`. `start-only`: the id that it started with. `background`: its own, but no person converses with it.
 * `stranger`: another process's, or another's before it with the same pid.
 */
export type RegistryTrust = 'exact' | 'clear-blind' | 'start-only' | 'background' | 'stranger';

interface Bearer {
  readonly pid: number;
  readonly startTime: string;
  readonly startedAtMs: number;
  /** Its version, as far as the process shows one; the record's own goes first. */
  readonly version: string | null;
}

/** Since 2.1.117 a record has the exact start time (bisected between 2.1.113 and 2.1.120). */
const withStartTime = '2.1.117';
/** The start of a process is known to the second, for so is the time of the boot. */
const clockSlackMs = 1_000;
const maxStartupMs = 120_000;

/** Judges a record that was found under a process's pid. */
export function registryTrust(record: RegistryRecord, bearer: Bearer): RegistryTrust {
  const version = record.version ?? bearer.version;
  if (!isOf(record, bearer, version)) return 'stranger';
  if ((record.kind ?? 'interactive') !== 'interactive') return 'background';
  if ((record.entrypoint ?? 'cli') !== 'cli') return 'background';
  // 2.1.83 to about 2.1.90 wrote no kind; without a version such a record may as well be an earlier one.
  if (version === null) return record.kind === null ? 'start-only' : 'clear-blind';
  if (isAtLeast(version, '2.1.128')) return 'exact';
  return isAtLeast(version, '2.1.83') ? 'clear-blind' : 'start-only';
}

/** Whether processes of this version write down, once they have started, which conversation they resumed. */
export function announcesConversation(version: string | null): boolean {
  return version !== null && isAtLeast(version, '2.1.83');
}

function isOf(record: RegistryRecord, bearer: Bearer, version: string | null): boolean {
  if (record.pid !== bearer.pid) return false;
  const isExact = record.procStart !== null || (version !== null && isAtLeast(version, withStartTime));
  if (isExact) return record.procStart === bearer.startTime;
  if (record.startedAtMs === null) return false;
  const startupMs = record.startedAtMs - bearer.startedAtMs;
  return startupMs >= -clockSlackMs && startupMs <= maxStartupMs + clockSlackMs;
}
