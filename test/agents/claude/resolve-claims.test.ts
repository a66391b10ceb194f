import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assignTranscripts,
  type CandidateTranscript,
  type UnclaimedProcess,
  type TranscriptAssignment,
} from '../../../src/agents/claude/resolve-claims.ts';
import { afterClear } from '../../../src/agents/claude/weigh-sources.ts';

const minuteMs = 60_000;

describe('a process of which nothing is known', () => {
  test('gets the one transcript that was begun in its directory since it runs', () => {
    expect(given([process(10)], [transcript('a', 11, 20)])).toEqual([
      { kind: 'assigned', id: 'a', confidence: 'medium' },
    ]);
  });

  test.each<[string, Partial<CandidateTranscript>]>([
    ['of another directory, whose transcripts lie in the same place', { directory: '/a-b' }],
    ['of another version', { version: '2.0.1' }],
    ['of a program', { entrypoint: 'sdk-cli' }],
    ['of a sub-agent', { isSidechain: true }],
    ['that was not written to since', { bornAtMs: 0, modifiedAtMs: 9 * minuteMs }],
  ])('does not get one %s', (_, other) => {
    expect(given([process(10)], [{ ...transcript('a', 11, 20), ...other }])).toEqual([{ kind: 'none', candidates: 0 }]);
  });

  test('gets an older one that was written to since only if it may have continued one, and less surely', () => {
    const older = transcript('a', 1, 20);
    expect(given([process(10)], [older])).toEqual([{ kind: 'none', candidates: 0 }]);
    expect(given([process(10, { mayContinue: true })], [older])).toEqual([
      { kind: 'assigned', id: 'a', confidence: 'low' },
    ]);
  });

  test('gets none of two, whichever is newer', () => {
    expect(given([process(10)], [transcript('a', 11, 12), transcript('b', 13, 50)])).toEqual([
      { kind: 'none', candidates: 2 },
    ]);
  });

  test('gets none that another could hold as well', () => {
    expect(given([process(10), process(10)], [transcript('a', 11, 20)])).toEqual([
      { kind: 'none', candidates: 1 },
      { kind: 'none', candidates: 1 },
    ]);
    const rival = process(5);
    const both = assignTranscripts([process(10)], [rival], [transcript('a', 11, 20)]);
    expect([...both.values()]).toEqual([{ kind: 'none', candidates: 1 }]);
  });

  test('gets its own beside one that works elsewhere', () => {
    const found = given(
      [process(10), process(10, { cwd: '/b' })],
      [transcript('a', 11, 20), { ...transcript('b', 11, 20), directory: '/b' }],
    );
    expect(found.map((one) => (one.kind === 'assigned' ? one.id : null))).toEqual(['a', 'b']);
  });

  test('gets none when there is one of which it cannot be told where it was written', () => {
    const unread = { ...transcript('b', 11, 20), directory: null };
    expect(given([process(10)], [unread])).toEqual([{ kind: 'none', candidates: 1 }]);
    expect(given([process(10)], [transcript('a', 11, 20), unread])).toEqual([{ kind: 'none', candidates: 2 }]);
  });

  test('gets it less surely when the versions are not known', () => {
    expect(given([process(10, { version: null })], [transcript('a', 11, 20)])).toMatchObject([{ confidence: 'low' }]);
  });

  test('never shares one, and what it gets does not depend on the order', () => {
    const many = fc.array(
      fc.record({ at: fc.nat(20), version: fc.constantFrom('1', '2', null), mayContinue: fc.boolean() }),
      { maxLength: 4 },
    );
    const some = fc.array(fc.record({ born: fc.nat(20), for: fc.nat(10), version: fc.constantFrom('1', '2', null) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(many, some, (people, written) => {
        const unclaimed = people.map(({ at, ...rest }) => process(at, rest));
        const all = written.map((one, at) => ({
          ...transcript(`t${at}`, one.born, one.born + one.for),
          version: one.version,
        }));
        const found = given(unclaimed, all);
        const ids = found.flatMap((one) => (one.kind === 'assigned' ? [one.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
        expect(given(unclaimed.toReversed(), all.toReversed()).toReversed()).toEqual(found);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a process that writes down no /clear', () => {
  const held = life('held', 0, 10);
  const rival = { startedAtMs: 0, heldUntilMs: null };

  test('is where it was when nothing began with /clear since', () => {
    expect(afterClear(held, [rival], [life('before', 1, 9)])).toEqual({ kind: 'same' });
  });

  test('is followed from one conversation to the next', () => {
    const cleared = [life('third', 30, 40), life('second', 11, 30)];
    expect(afterClear(held, [], cleared)).toEqual({ kind: 'switched', id: 'third' });
  });

  test('is not followed to two that were written to side by side', () => {
    expect(afterClear(held, [], [life('x', 11, 30), life('y', 20, 40)])).toEqual({ kind: 'unclear', candidates: 2 });
  });

  test('is not followed to one that another could have begun', () => {
    expect(afterClear(held, [rival], [life('x', 11, 30)])).toEqual({ kind: 'unclear', candidates: 1 });
  });

  test.each([
    ['started later', { startedAtMs: 12 * minuteMs, heldUntilMs: null }],
    ['wrote to its own afterwards', { startedAtMs: 0, heldUntilMs: 12 * minuteMs }],
  ])('is followed beside another that %s', (_, other) => {
    expect(afterClear(held, [other], [life('x', 11, 30)])).toEqual({ kind: 'switched', id: 'x' });
  });
});

function given(
  unclaimed: readonly UnclaimedProcess[],
  candidates: readonly CandidateTranscript[],
): readonly TranscriptAssignment[] {
  const found = assignTranscripts(unclaimed, [], candidates);
  return unclaimed.flatMap((one) => found.get(one) ?? []);
}

function process(startedAtMinute: number, overrides: Partial<UnclaimedProcess> = {}): UnclaimedProcess {
  return { startedAtMs: startedAtMinute * minuteMs, cwd: '/a_b', version: '2.1.74', mayContinue: false, ...overrides };
}

function transcript(id: string, born: number, modified: number): CandidateTranscript {
  return { ...life(id, born, modified), directory: '/a_b', version: '2.1.74', entrypoint: 'cli', isSidechain: false };
}

function life(id: string, born: number, modified: number) {
  return { id, bornAtMs: born * minuteMs, modifiedAtMs: modified * minuteMs };
}
