import { describe, expect, test } from 'vitest';
import { candidatesOf } from '../../../src/core/plan/candidate.ts';
import type { Killer } from '../../../src/core/endings.ts';
import { earlierHeals } from '../../../src/core/heal/earlier-heals.ts';
import {
  beginHeal,
  decideHeals,
  type HealDecision,
  type HealSituation,
  heldBack,
} from '../../../src/core/heal/heal.ts';
import { boundedHeals, type HealRecord } from '../../../src/core/heal/heal-records.ts';
import { lostSessionOf } from '../../../src/core/heal/lost-session.ts';
import type { Cause } from '../../../src/core/manifest.ts';
import { defaultPolicy, type HealPolicy } from '../../../src/core/roster.ts';
import { claude, clock, gone, manifest, selected } from '../../support/builders.ts';
import {
  after,
  at,
  earlyoom,
  host,
  limit,
  lost,
  noon,
  now,
  record,
  situation,
  user,
} from '../../support/heal-situation.ts';

const one = { agent: 'claude', id: 'one' } as const;

describe('what the watch heals', () => {
  test.each<readonly [Cause, Killer | null, string | null]>([
    ['server-died', null, 'server-died'],
    ['server-died', limit, 'own-limit'],
    ['server-died', host, 'host-memory'],
    ['server-died', earlyoom, 'host-memory'],
    ['killed', limit, 'own-limit'],
    ['killed', host, 'host-memory'],
    ['killed', earlyoom, 'host-memory'],
    ['killed', null, 'host-memory'],
    ['reboot', null, null],
    ['server-stopped', null, null],
    ['closed', null, null],
    ['forgotten', null, null],
  ])('of sessions that are gone for %s, by %j: %s', (cause, killer, reason) => {
    const { decisions } = decideHeals(situation({ lost: [lost({ cause, killer })] }));
    expect(decisions.map((decision) => decision.reason)).toEqual(reason === null ? [] : [reason]);
    expect(decisions.map(({ kind }) => kind)).toEqual(reason === null ? [] : ['heal']);
  });

  test('waits for three seconds, in which a terminal may connect again', () => {
    const young = lost({ goneAt: at(-1) });
    const round = decideHeals(situation({ lost: [young] }));
    expect(round.decisions).toMatchObject([{ kind: 'wait', why: 'grace', until: at(2) }]);
    expect(round.lookAgainInMs).toBe(2000);
    const { known } = round;
    expect(verdicts(situation({ lost: [young], known, now: after(1.9) }))).toEqual(['wait grace']);
    expect(verdicts(situation({ lost: [young], known, now: after(2) }))).toEqual(['heal']);
  });

  test.each<readonly [Cause, Killer | null, keyof HealPolicy]>([
    ['server-died', null, 'serverDied'],
    ['killed', limit, 'ownLimit'],
    ['killed', host, 'hostMemory'],
    ['killed', null, 'hostMemory'],
  ])('leaves what is gone for %s, by %j, where the roster has %s off', (cause, killer, key) => {
    const policies = (['serverDied', 'ownLimit', 'hostMemory'] as const).map((off) => ({
      off,
      verdicts: verdicts(situation({ lost: [lost({ cause, killer })], user: user({ [off]: false }) })),
    }));
    expect(policies).toEqual(
      (['serverDied', 'ownLimit', 'hostMemory'] as const).map((off) => ({
        off,
        verdicts: [off === key ? 'hold switched-off' : 'heal'],
      })),
    );
  });

  test('leaves what a parked user has lost', () => {
    const parked = { parked: true, mistake: null, policy: defaultPolicy };
    expect(verdicts(situation({ user: parked }))).toEqual(['hold parked']);
  });

  test('leaves what a user has lost whose settings in the roster have a mistake', () => {
    const mistaken = { parked: false, mistake: 'persist.heal must be a map', policy: defaultPolicy };
    expect(verdicts(situation({ user: mistaken }))).toEqual(['hold roster-mistake']);
  });

  test.each<readonly [HealSituation['shutdown'], string]>([
    ['no', 'heal'],
    ['yes', 'hold shutdown'],
    ['unknown', 'hold shutdown-unknown'],
  ])('while the host shuts down (%s): %s', (shutdown, verdict) => {
    expect(verdicts(situation({ shutdown }))).toEqual([verdict]);
  });

  test('leaves what was lost more than a day before it was first seen, and not what has waited for a day', () => {
    const old = lost({ goneAt: at(-24 * 3600 - 1) });
    expect(verdicts(situation({ lost: [old] }))).toEqual(['hold lost-long-ago']);
    const waiting = lost({ cause: 'killed', killer: host });
    const { known } = decideHeals(situation({ lost: [waiting], memory: { kind: 'pressed' } }));
    expect(verdicts(situation({ lost: [waiting], known, now: after(25 * 3600) }))).toEqual(['heal']);
  });
});

describe('what was killed because the host was short of memory', () => {
  const killed = lost({ cause: 'killed', killer: earlyoom });

  test.each<readonly [HealSituation['memory'], string]>([
    [{ kind: 'recovered' }, 'heal'],
    [{ kind: 'short', availableMib: 300, floorMib: 512 }, 'wait memory'],
    [{ kind: 'pressed' }, 'wait memory'],
    [{ kind: 'watching' }, 'wait memory'],
    [{ kind: 'unknown' }, 'wait memory'],
  ])('with memory that is %j: %s', (memory, verdict) => {
    expect(verdicts(situation({ lost: [killed], memory }))).toEqual([verdict]);
    expect(verdicts(situation({ lost: [lost({ cause: 'killed', killer: limit })], memory }))).toEqual(['heal']);
    expect(verdicts(situation({ memory }))).toEqual(['heal']);
  });

  test('waits for a whole minute after the loss', () => {
    const young = { ...killed, goneAt: at(-59) };
    const { decisions, known, lookAgainInMs } = decideHeals(situation({ lost: [young] }));
    expect(decisions).toMatchObject([{ kind: 'wait', why: 'memory', memory: { kind: 'watching' } }]);
    expect(lookAgainInMs).toBeGreaterThan(0);
    expect(verdicts(situation({ lost: [young], known, now: after(1) }))).toEqual(['heal']);
  });

  test('is one decision as long as it waits, however short memory is', () => {
    const waiting = situation({ lost: [killed] });
    const pressed = keysOf({ ...waiting, memory: { kind: 'pressed' } });
    const short = { kind: 'short', availableMib: 3, floorMib: 5 } as const;
    expect(keysOf({ ...waiting, memory: short })).toEqual(pressed);
    expect(keysOf(waiting)).not.toEqual(pressed);
  });
});

describe('a session that was healed', () => {
  const again = lost({ name: 'job', conversations: [one], goneAt: at(-10) });

  test.each<readonly [string, Partial<HealRecord>, boolean]>([
    ['the same', {}, true],
    ['one that got another name', { name: 'other', as: 'job', conversations: [] }, true],
    ['one that has another name now', { name: 'other', as: 'other', conversations: [one] }, true],
    ['one on another server', { socket: '/run/x', conversations: [] }, false],
    ['another one', { name: 'other', as: 'other', conversations: [{ agent: 'claude', id: 'two' }] }, false],
    ['one of another agent', { name: 'other', as: 'other', conversations: [{ agent: 'codex', id: 'one' }] }, false],
  ])('within the hour is held, when it is %s', (_, healed, isHeld) => {
    const heals = earlierHeals([record({ ...healed, at: at(-600) })], now);
    expect(decideHeals(situation({ lost: [again], heals })).decisions).toMatchObject([
      isHeld ? { kind: 'hold', why: 'healed-lately', healedAt: at(-600), until: at(3000) } : { kind: 'heal' },
    ]);
  });

  test('is healed again after the hour, if it is still lost', () => {
    const heals = earlierHeals([record({ at: at(-600) })], now);
    const { known, lookAgainInMs } = decideHeals(situation({ lost: [again], heals }));
    expect(lookAgainInMs).toBe(3_000_000);
    expect(verdicts(situation({ lost: [again], heals, known, now: after(2999.9) }))).toEqual(['hold healed-lately']);
    expect(verdicts(situation({ lost: [again], heals, known, now: after(3000) }))).toEqual(['heal']);
  });

  test.each<readonly [HealRecord['outcome'], number, string]>([
    ['created', 61, 'hold healed-lately'],
    ['created-without-conversation', 61, 'hold healed-lately'],
    [null, 61, 'hold healed-lately'],
    ['failed', 61, 'hold failed-lately'],
    ['deferred', 59, 'wait deferred'],
    ['deferred', 61, 'heal'],
    ['failed', 3601, 'heal'],
  ])('to the outcome %s, %i s ago: %s', (outcome, seconds, verdict) => {
    const heals = earlierHeals([record({ at: at(-seconds), outcome })], now);
    expect(verdicts(situation({ lost: [again], heals }))).toEqual([verdict]);
  });

  test('is not healed twice in one round, either', () => {
    const twins = [lost({ name: 'a', conversations: [one] }), lost({ name: 'b', conversations: [one] })];
    expect(verdicts(situation({ lost: twins }))).toEqual(['heal', 'hold healed-lately']);
  });

  test('is one of at most two hundred within an hour', () => {
    const many = Array.from({ length: 205 }, (_, index) => lost({ name: `job-${index}` }));
    const { decisions, lookAgainInMs } = decideHeals(situation({ lost: many }));
    expect(decisions.filter(({ kind }) => kind === 'heal')).toHaveLength(200);
    expect(decisions.slice(200)).toMatchObject(
      Array.from({ length: 5 }, () => ({ kind: 'hold', why: 'too-many', until: at(3600) })),
    );
    expect(lookAgainInMs).toBe(3_600_000);
  });
});

describe('a clock that jumps', () => {
  test('back, after a loss, makes it wait for no more than the grace', () => {
    const future = lost({ goneAt: at(24 * 3600) });
    const { decisions, known } = decideHeals(situation({ lost: [future] }));
    expect(decisions).toMatchObject([{ kind: 'wait', why: 'grace', until: at(3) }]);
    expect(verdicts(situation({ lost: [future], known, now: after(3, -7200) }))).toEqual(['heal']);
  });

  test('back, after a heal, holds for no more than an hour, and not for less', () => {
    const heals = earlierHeals([record({ at: at(24 * 3600) })], now);
    const again = lost({ goneAt: at(-10) });
    expect(verdicts(situation({ lost: [again], heals, now: after(3599) }))).toEqual(['hold healed-lately']);
    expect(verdicts(situation({ lost: [again], heals, now: after(3600) }))).toEqual(['heal']);
  });

  test('ahead, after a heal, does not let it heal again', () => {
    const heals = earlierHeals([record({ at: at(-10) })], now);
    const again = lost({ goneAt: at(-5) });
    expect(verdicts(situation({ lost: [again], heals, now: after(1, 7200) }))).toEqual(['hold healed-lately']);
  });
});

describe('the key of a decision', () => {
  test('stays the same while nothing new is decided, and changes with a new loss', () => {
    const heals = earlierHeals([record({ at: at(-600) })], now);
    const first = situation({ lost: [lost({ goneAt: at(-10) })], heals });
    const keys = keysOf(first);
    expect(keysOf({ ...first, now: after(100) })).toEqual(keys);
    expect(keysOf({ ...first, lost: [lost({ goneAt: at(-9) })] })).not.toEqual(keys);
    expect(keysOf({ ...first, now: after(3000) })).not.toEqual(keys);
  });
});

describe('what is kept of the decisions', () => {
  test('is what was begun, and what is held back', () => {
    const heals = earlierHeals([record({ name: 'b', as: 'b', at: at(-600) })], now);
    const several = [lost({ conversations: [one] }), lost({ name: 'b' }), lost({ name: 'c', goneAt: at(-1) })];
    const killed = lost({ name: 'd', cause: 'killed' });
    const round = decideHeals(situation({ lost: [...several, killed], heals, memory: { kind: 'pressed' } }));
    const [first] = round.decisions;
    expect(first && beginHeal(first, 'job-1200', now)).toEqual(
      record({ as: 'job-1200', at: at(0), conversations: [one], outcome: null }),
    );
    expect(heldBack(round.decisions)).toEqual([
      { name: 'b', socket: null, why: 'healed-lately', until: at(3000) },
      { name: 'd', socket: null, why: 'memory', until: null },
    ]);
  });

  test('is bounded: every heal of an hour, fifty more of a day, and no deferral that is over', () => {
    const heals = [
      ...Array.from({ length: 10 }, () => record({ at: at(-90_000) })),
      ...Array.from({ length: 60 }, (_, index) => record({ name: `old-${index}`, at: at(-7200) })),
      record({ name: 'deferred', at: at(-61), outcome: 'deferred' }),
      record({ name: 'deferred', at: at(-59), outcome: 'deferred' }),
      ...Array.from({ length: 200 }, (_, index) => record({ name: `new-${index}`, at: at(-60) })),
      record({ name: 'ahead', at: at(9999) }),
    ];
    const kept = boundedHeals({ heals, held: [] }, noon);
    expect(kept.heals.filter(({ name }) => name.startsWith('old-'))).toHaveLength(50);
    expect(kept.heals.filter(({ name }) => name.startsWith('new-'))).toHaveLength(200);
    expect(kept.heals.filter(({ name }) => name === 'deferred')).toHaveLength(1);
    expect(kept.heals.map(({ name }) => name)).toContain('ahead');
    expect(kept.heals).toHaveLength(252);
    expect(boundedHeals(kept, noon)).toEqual(kept);
  });
});

describe('what a plan would create', () => {
  test('is a loss with the conversations that come back, unless it was asked for', () => {
    const ended = claude('two', { at: clock(0), killed: false });
    const entry = gone('job', 'killed', { holding: [claude('one'), ended, null], socket: '/run/x', goneAt: clock(3) });
    const [candidate] = candidatesOf(manifest([entry]));
    if (candidate === undefined) throw new Error('no candidate');
    expect(lostSessionOf({ candidate })).toEqual({
      name: 'job',
      socket: '/run/x',
      conversations: [claude('one')],
      cause: 'killed',
      killer: null,
      goneAt: clock(3),
    });
    expect(lostSessionOf({ candidate: selected(candidate) })).toBeNull();
    expect(lostSessionOf({ candidate: { ...candidate, cause: null } })).toBeNull();
  });
});

function keysOf(of: HealSituation): readonly string[] {
  return decideHeals(of).decisions.map(({ key }) => key);
}

function verdicts(of: HealSituation): readonly string[] {
  return decideHeals(of).decisions.map(wordsOf);
}

function wordsOf(decision: HealDecision): string {
  return decision.kind === 'heal' ? 'heal' : `${decision.kind} ${decision.why}`;
}
