import type { Status } from '../core/status.ts';
import { formatVersion } from './json-text.ts';
import { statusNotes } from './status-notes.ts';

/** The JSON document of how every user stands. */
export function statusDocument(status: Status) {
  const { host, createdAt, users, units, diagnostics } = status;
  return {
    formatVersion,
    kind: 'status' as const,
    host,
    createdAt,
    users: users.map((user) => ({
      user: user.user,
      inRoster: user.inRoster,
      hasAccount: user.hasAccount,
      parked: user.parked,
      observation: user.observation?.kind ?? null,
      reason: user.observation?.reason ?? null,
      sessions: user.sessions,
      agents: user.agents,
      gone: user.gone,
      lastGood:
        user.lastGood === null ? null : { ...user.lastGood, ageSeconds: ageSeconds(user.lastGood.time, createdAt) },
      lastResult: user.lastResult,
      notes: statusNotes(user, status),
    })),
    units,
    diagnostics,
    complete:
      users.every((user) => user.observation?.kind !== 'unknown') &&
      !diagnostics.some(({ code }) => code === 'units-unknown'),
  };
}

function ageSeconds(time: string, now: string): number {
  return Math.floor((Date.parse(now) - Date.parse(time)) / 1000);
}
