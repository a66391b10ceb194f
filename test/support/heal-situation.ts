import type { Killer } from '../../src/core/endings.ts';
import type { Instant } from '../../src/core/heal/earlier-heals.ts';
import type { HealSituation } from '../../src/core/heal/heal.ts';
import type { HealRecord } from '../../src/core/heal/heal-records.ts';
import type { LostSession } from '../../src/core/heal/lost-session.ts';
import { defaultPolicy, type HealPolicy } from '../../src/core/roster.ts';

export const noon = Date.UTC(2026, 10, 20, 12);
export const limit: Killer = { kind: 'limit', cgroup: '/user.slice', limitMib: 6144 };
export const host: Killer = { kind: 'host' };
export const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };

export const now: Instant = { wallMs: noon, monotonicMs: 5_000_000 };

/** Seconds from noon. */
export function at(seconds: number): string {
  return new Date(noon + seconds * 1000).toISOString();
}

/** That many seconds later, and as many more by the wall clock alone. */
export function after(seconds: number, jumpSeconds = 0): Instant {
  return { wallMs: noon + (seconds + jumpSeconds) * 1000, monotonicMs: now.monotonicMs + seconds * 1000 };
}

export function lost(overrides: Partial<LostSession> = {}): LostSession {
  const nothingMore = { socket: null, conversations: [], killer: null };
  return { ...nothingMore, name: 'job', cause: 'server-died', goneAt: at(-120), ...overrides };
}

export function record(overrides: Partial<HealRecord> = {}): HealRecord {
  const healed = { name: 'job', as: 'job', socket: null, conversations: [], reason: 'server-died' } as const;
  return { ...healed, at: at(-600), outcome: 'created', message: null, ...overrides };
}

export function user(heal: Partial<HealPolicy>): HealSituation['user'] {
  return { parked: false, mistake: null, policy: { ...defaultPolicy, heal: { ...defaultPolicy.heal, ...heal } } };
}

export function situation(overrides: Partial<HealSituation> = {}): HealSituation {
  return {
    user: user({}),
    lost: [lost()],
    now,
    memory: { kind: 'recovered' },
    shutdown: 'no',
    heals: [],
    known: new Map(),
    ...overrides,
  };
}
