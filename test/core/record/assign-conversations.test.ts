import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assignConversations,
  type Assignment,
  type ConversationClaim,
  type ConversationHolder,
} from '../../../src/core/record/assign-conversations.ts';
import { confidences, conversationSources } from '../../../src/core/conversation.ts';

describe('a conversation', () => {
  test('goes to the one who claims it, by its surest claim', () => {
    const claims = [claim('one', 'medium'), claim('two', 'certain'), claim('three', 'high')];
    expect(idsOf([holder(1, claims)])).toEqual(['two']);
  });

  test('goes to nobody without a claim, and no reason is made up', () => {
    expect(assignmentsOf([holder(1, [])])).toEqual([{ kind: 'none', reason: null }]);
  });

  test.each([
    ['the surer', 'high', 'medium', ['one', null]],
    ['the surer, in the other order', 'low', 'certain', [null, 'one']],
    ['nobody among equals', 'high', 'high', [null, null]],
    ['the first started among two who are certain', 'certain', 'certain', ['one', null]],
  ] as const)('of two goes to %s', (_, first, second, ids) => {
    expect(idsOf([holder(1, [claim('one', first)]), holder(2, [claim('one', second)])])).toEqual(ids);
  });

  test('goes to nobody when the surest of three are equal', () => {
    const claims = (['high', 'high', 'medium'] as const).map((confidence) => [claim('one', confidence)]);
    expect(idsOf(claims.map((own, at) => holder(at + 1, own)))).toEqual([null, null, null]);
  });

  test('goes to the first started by number, not by text', () => {
    const early = { ...holder(7, [claim('one', 'certain')]), startTime: '900' };
    const late = { ...holder(3, [claim('one', 'certain')]), startTime: '1000' };
    expect(idsOf([late, early])).toEqual([null, 'one']);
  });

  test('leaves the one who lost it without any, and tells who has it', () => {
    const loser = holder(2, [claim('one-and-only', 'high'), claim('other', 'medium')]);
    expect(assignmentsOf([holder(1, [claim('one-and-only', 'certain')]), loser])[1]).toEqual({
      kind: 'none',
      reason: 'conversation one-and- is held by session 1',
    });
  });

  test('tells of those who abstain where else it may be', () => {
    const reasons = assignmentsOf([holder(1, [claim('one', 'low')]), holder(2, [claim('one', 'low')])]);
    expect(reasons).toEqual([
      { kind: 'none', reason: 'conversation one is as likely in session 2' },
      { kind: 'none', reason: 'conversation one is as likely in session 1' },
    ]);
  });

  test('is another one for another user, and for another agent', () => {
    const claims = [claim('one', 'high')];
    const others = [holder(2, claims, { uid: 1002 }), holder(3, claims, { agent: 'codex' })];
    expect(idsOf([holder(1, claims), ...others])).toEqual(['one', 'one', 'one']);
  });
});

describe('whatever is claimed', () => {
  const aClaim = fc.record({
    id: fc.constantFrom('one', 'two', 'three', '__proto__', '","'),
    source: fc.constantFrom(...conversationSources),
    confidence: fc.constantFrom(...confidences),
  });
  const someHolders = fc
    .array(
      fc.record({
        uid: fc.constantFrom(1001, 1002),
        agent: fc.constantFrom('claude', 'codex'),
        startTime: fc.constantFrom('9', '10', '11'),
        claims: fc.array(aClaim, { maxLength: 3 }),
      }),
      { maxLength: 8 },
    )
    .map((all) => all.map((one, at): ConversationHolder => ({ ...one, pid: at + 1, place: `process ${at + 1}` })));

  test('each conversation goes to one holder at most, who claims it', () => {
    fc.assert(
      fc.property(someHolders, (holders) => {
        const taken = new Set<string>();
        for (const [{ uid, agent, claims }, assignment] of assignConversations(holders)) {
          if (assignment.kind === 'none') continue;
          expect(claims).toContainEqual(assignment.claim);
          const key = JSON.stringify([uid, agent, assignment.claim.id]);
          expect(taken).not.toContain(key);
          taken.add(key);
        }
      }),
    );
  });

  test('every holder has an answer', () => {
    fc.assert(
      fc.property(someHolders, (holders) => {
        expect([...assignConversations(holders).keys()]).toEqual(holders);
      }),
    );
  });

  test('the order in which holders are told does not matter', () => {
    const shuffled = someHolders.chain((holders) =>
      fc.tuple(fc.constant(holders), fc.shuffledSubarray([...holders], { minLength: holders.length })),
    );
    fc.assert(
      fc.property(shuffled, ([holders, other]) => {
        const [told, again] = [assignConversations(holders), assignConversations(other)];
        for (const one of holders) expect(again.get(one)).toEqual(told.get(one));
      }),
    );
  });

  test('what another user claims changes nothing', () => {
    fc.assert(
      fc.property(someHolders, (holders) => {
        const own = holders.filter(({ uid }) => uid === 1001);
        const [told, alone] = [assignConversations(holders), assignConversations(own)];
        for (const one of own) expect(told.get(one)).toEqual(alone.get(one));
      }),
    );
  });

  test('nobody who is surer goes without what a less sure one has', () => {
    fc.assert(
      fc.property(someHolders, (holders) => {
        const robbed = [...assignConversations(holders)].flatMap(([keeper, assignment]) =>
          assignment.kind === 'none'
            ? []
            : holders.filter((rival) => isRival(rival, keeper) && isSurer(rival, assignment.claim)),
        );
        expect(robbed).toEqual([]);
      }),
    );
  });
});

function holder(
  pid: number,
  claims: readonly ConversationClaim[],
  overrides: Partial<ConversationHolder> = {},
): ConversationHolder {
  return { uid: 1001, agent: 'claude', pid, startTime: String(pid), place: `session ${pid}`, claims, ...overrides };
}

function claim(id: string, confidence: ConversationClaim['confidence']): ConversationClaim {
  return { id, source: 'registry', confidence };
}

function assignmentsOf(holders: readonly ConversationHolder[]): readonly (Assignment | undefined)[] {
  const assignments = assignConversations(holders);
  return holders.map((one) => assignments.get(one));
}

function idsOf(holders: readonly ConversationHolder[]): readonly (string | null)[] {
  return assignmentsOf(holders).map((one) => (one?.kind === 'assigned' ? one.claim.id : null));
}

function isRival(a: ConversationHolder, b: ConversationHolder): boolean {
  return a.uid === b.uid && a.agent === b.agent;
}

/** Whether the best claim of a holder is a surer one on the same conversation. */
function isSurer({ claims }: ConversationHolder, { id, confidence }: ConversationClaim): boolean {
  const best = claims.toSorted((a, b) => rankOf(b) - rankOf(a))[0];
  return best?.id === id && confidences.indexOf(best.confidence) > confidences.indexOf(confidence);
}

function rankOf({ confidence, source }: ConversationClaim): number {
  return confidences.indexOf(confidence) * conversationSources.length - conversationSources.indexOf(source);
}
