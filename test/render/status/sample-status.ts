import type { UserStatus } from '../../../src/core/report/status.ts';
import { noHealing, type WatchStatus } from '../../../src/core/report/watch-status.ts';

export const sampleWatch: WatchStatus = {
  kind: 'running',
  pid: 4711,
  since: '2026-11-20T09:00:00.000Z',
  lastSaveAt: '2026-11-20T14:04:58.000Z',
  kernelLogSince: '2026-11-20T09:00:01.000Z',
  isInstalled: true,
  command: null,
};

/** A user about whom there is nothing to say. */
export function sampleUserStatus(user: string, facts: Partial<UserStatus> = {}): UserStatus {
  return {
    user,
    inRoster: true,
    hasAccount: true,
    parked: false,
    observation: { kind: 'observed', reason: null },
    sessions: { live: 5, pending: 0, held: 1, conflict: 0 },
    furtherServers: [],
    unmanagedServers: [],
    agents: { running: 4, unidentified: 0 },
    gone: { closed: 1 },
    recentKills: null,
    healing: noHealing,
    lastGood: { time: '2026-11-20T14:02:00.000Z', snapshot: '20261120T135951' },
    lastResult: { result: 'unchanged', reason: null },
    ...facts,
  };
}
