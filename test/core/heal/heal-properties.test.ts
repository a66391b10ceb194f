import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countingHeals, type EarlierHeal, earlierHeals, type Instant } from '../../../src/core/heal/earlier-heals.ts';
import {
  beginHeal,
  decideHeals,
  type HealDecision,
  type HealSituation,
  type KnownLosses,
} from '../../../src/core/heal/heal.ts';
import { boundedHeals, type HealRecord } from '../../../src/core/heal/heal-records.ts';
import type { LostSession } from '../../../src/core/heal/lost-session.ts';
import { causes } from '../../../src/core/manifest.ts';
import { earlyoom, host, limit, lost, noon, situation } from '../../support/heal-situation.ts';

const loss = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  cause: fc.constantFrom(...causes),
  killer: fc.constantFrom(null, limit, host, earlyoom),
  conversation: fc.option(fc.constantFrom('one', 'two'), { nil: null }),
  secondsAgo: fc.integer({ min: -100, max: 90_000 }),
});

/** A while passes, clocks jump, the watch starts again, and then sessions are lost. */
const step = fc.record({
  seconds: fc.nat(4000),
  jumpSeconds: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -90_000, max: 90_000 })),
  restart: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  losses: fc.array(loss, { maxLength: 4 }),
  shutdown: fc.constantFrom('no' as const, 'no' as const, 'yes' as const, 'unknown' as const),
  memory: fc.constantFrom('recovered' as const, 'pressed' as const),
  outcome: fc.constantFrom('created' as const, 'failed' as const, null),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** One heal, and what was so at that time. */
interface Heal extends Pick<HealSituation, 'shutdown' | 'memory'> {
  readonly decision: HealDecision;
  readonly identities: readonly string[];
  readonly atMs: number;
}

describe('whatever is lost, and whatever the clocks do', () => {
  test('nothing is healed during a shutdown, or after a person closed it, or without memory', () => {
    everyHeal(({ decision, shutdown, memory }) => {
      expect(shutdown).toBe('no');
      expect(['server-died', 'killed']).toContain(decision.lost.cause);
      expect([decision.reason === 'host-memory', memory.kind]).not.toEqual([true, 'pressed']);
    });
  });

  test('no session is healed twice within an hour', () => {
    everyHeal(({ identities, atMs }, before) => {
      const lately = before.filter((one) => atMs - one.atMs < 3_600_000);
      expect(lately.filter((one) => one.identities.some((text) => identities.includes(text)))).toEqual([]);
    });
  });
});

function everyHeal(check: (heal: Heal, before: readonly Heal[]) => void): void {
  let count = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const heals = told(steps);
      count += heals.length;
      for (const [index, heal] of heals.entries()) check(heal, heals.slice(0, index));
    }),
    { numRuns: 300 },
  );
  expect(count).toBeGreaterThan(100);
}

/** All heals of a story. */
function told(steps: readonly Step[]): readonly Heal[] {
  const all: Heal[] = [];
  let records: readonly HealRecord[] = [];
  let heals: readonly EarlierHeal[] = [];
  let known: KnownLosses = new Map();
  let now: Instant = { wallMs: noon, monotonicMs: 0 };
  let hasJumpedAhead = false;
  for (const { seconds, jumpSeconds, restart, losses, shutdown, memory: kind, outcome } of steps) {
    hasJumpedAhead ||= jumpSeconds > 0;
    now = {
      wallMs: now.wallMs + (seconds + jumpSeconds) * 1000,
      monotonicMs: now.monotonicMs + seconds * 1000,
    };
    // On disk there is only the wall clock. A watch that starts after that jumped ahead can be wrong.
    if (restart && !hasJumpedAhead) {
      heals = earlierHeals(records, now);
      known = new Map();
    }
    const lostNow = losses.map((one) => lostAt(one, now));
    const memory = { kind };
    const round = decideHeals(situation({ lost: lostNow, now, shutdown, memory, heals, known }));
    known = round.known;
    for (const decision of round.decisions.filter((one) => one.kind === 'heal')) {
      const begun = { ...beginHeal(decision, decision.lost.name, now), outcome };
      const identities = [decision.lost.name, ...decision.lost.conversations.map(({ id }) => `#${id}`)];
      all.push({ decision, identities, shutdown, memory, atMs: now.monotonicMs });
      records = boundedHeals({ heals: [...records, begun], held: [] }, now.wallMs).heals;
      heals = countingHeals([...heals, ...earlierHeals([begun], now)], now);
    }
  }
  return all;
}

function lostAt({ conversation, secondsAgo, ...facts }: Step['losses'][number], { wallMs }: Instant): LostSession {
  const conversations = conversation === null ? [] : [{ agent: 'claude', id: conversation }];
  return lost({ ...facts, conversations, goneAt: new Date(wallMs - secondsAgo * 1000).toISOString() });
}
