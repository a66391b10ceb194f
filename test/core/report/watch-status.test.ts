import { expect, test } from 'vitest';
import type { Killer } from '../../../src/core/endings.ts';
import type { HealRecord } from '../../../src/core/heal/heal-records.ts';
import { healingStatus, recentKills } from '../../../src/core/report/watch-status.ts';
import { sampleGone, sampleLive } from '../../state/sample-manifest.ts';

const now = '2026-11-20T14:05:00.000Z';
const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };

test('the kills of a day are those of sessions and of their servers, and the last one is known', () => {
  const [day, hour] = ['2026-11-19T14:05:00.000Z', '2026-11-20T13:05:00.000Z'];
  const sessions = [
    sampleLive(),
    sampleGone({ name: 'a', cause: 'killed', goneAt: hour, killer: earlyoom }),
    sampleGone({ name: 'b', cause: 'killed', goneAt: '2026-11-20T12:00:00.000Z' }),
    sampleGone({ name: 'c', killer: { kind: 'host' }, goneAt: '2026-11-20T11:00:00.000Z' }),
    sampleGone({ name: 'd', cause: 'killed', goneAt: day }),
    sampleGone({ name: 'e', cause: 'server-died' }),
    sampleGone({ name: 'f', cause: 'closed' }),
  ];
  expect(recentKills(sessions, now)).toEqual({
    count: 3,
    last: { cause: 'killed', killer: earlyoom, goneAt: hour },
  });
  expect(recentKills(sessions.slice(4), now)).toBeNull();
});

test('the last heal is the last one that brought something back, and only what is still lost is held', () => {
  const heals = [heal('2026-11-20T13:00:00.000Z', 'created'), heal('2026-11-20T13:30:00.000Z', 'failed')];
  const held = ['lost', 'back'].map((name) => ({ name, socket: null, why: 'memory', until: null }) as const);
  expect(healingStatus({ heals, held }, ({ name }) => name === 'lost')).toEqual({
    kind: 'known',
    lastHealAt: '2026-11-20T13:00:00.000Z',
    held: held.slice(0, 1),
  });
});

function heal(at: string, outcome: HealRecord['outcome']): HealRecord {
  const facts = { name: 'notes', as: 'notes', socket: null, conversations: [], message: null };
  return { ...facts, at, reason: 'server-died', outcome };
}
