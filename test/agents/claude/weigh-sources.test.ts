import { describe, expect, test } from 'vitest';
import type { TranscriptLookup } from '../../../src/agents/claude/transcripts.ts';
import { weighSources, type NamedTranscript, type Sources } from '../../../src/agents/claude/weigh-sources.ts';

const a = 'aaaaaaaa-0000-4000-8000-000000000001';
const b = 'bbbbbbbb-0000-4000-8000-000000000002';

/** Minutes; the process starts at 10. */
const start = 10;

describe('an exact record', () => {
  test('is certain', () => {
    expect(claims({ registry: exact(a, 11, 20) })).toEqual([`${a} registry certain`]);
  });

  test('whose conversation has no transcript yet is fresh, whatever the arguments and the children say', () => {
    const sources = {
      registry: { ...missing(a), trust: 'exact' } as const,
      argv: found(b, 1, 20),
      child: found(b, 1, 20),
    };
    expect(weighSources(given(sources))).toEqual({ kind: 'fresh' });
  });

  test('of what was resumed and has no transcript any more tells of the loss', () => {
    const sources = { registry: { ...missing(a), trust: 'exact' } as const, argv: missing(a), continues: true };
    expect(weighSources(given(sources))).toEqual({ kind: 'none', reason: 'the transcript of aaaaaaaa was removed' });
  });

  test('of a transcript that cannot be read claims nothing', () => {
    const registry = { id: a, lookup: { kind: 'unusable' }, trust: 'exact' } as const;
    expect(weighSources(given({ registry }))).toMatchObject({ kind: 'none' });
  });

  test('beats the arguments and the children', () => {
    expect(claims({ registry: exact(a, 11, 20), argv: found(b, 1, 30), child: found(b, 1, 30) })).toEqual([
      `${a} registry certain`,
    ]);
  });
});

describe('a stamp', () => {
  test('that names what the exact record names is the first source', () => {
    expect(claims({ stamp: file(a, 11, 20), registry: exact(a, 11, 20) })).toEqual([
      `${a} stamp certain`,
      `${a} registry certain`,
    ]);
  });

  test('of a conversation that was begun after the recorded one ended beats the record', () => {
    expect(claims({ stamp: file(b, 21, 30), registry: exact(a, 11, 20) })).toEqual([`${b} stamp high`]);
  });

  test.each([
    ['the recorded conversation is newer', { stamp: file(b, 11, 19), registry: exact(a, 11, 20) }],
    ['both were written to side by side', { stamp: file(b, 12, 30), registry: exact(a, 11, 20) }],
    ['it is older than the process', { stamp: file(b, 2, 30), registry: exact(a, 1, 1) }],
    [
      'another process holds it',
      { stamp: file(b, 21, 30), registry: exact(a, 11, 20), isTaken: (id: string) => id === b },
    ],
  ])('is stale when %s', (_, sources) => {
    expect(claims(sources)).toEqual([`${a} registry certain`]);
  });

  test('is stale when the record is of a fresh conversation', () => {
    const registry = { ...missing(a), trust: 'exact' } as const;
    expect(weighSources(given({ stamp: file(b, 11, 20), registry }))).toEqual({ kind: 'fresh' });
  });

  test('is believed by itself, more when its conversation went on since the process runs', () => {
    expect(claims({ stamp: file(a, 1, 20) })).toEqual([`${a} stamp high`]);
    expect(claims({ stamp: file(a, 1, 9) })).toEqual([`${a} stamp medium`]);
    expect(claims({ stamp: file(a, 1, 9), argv: found(a, 1, 9) })[0]).toBe(`${a} stamp high`);
  });

  test('that another process holds is not believed', () => {
    expect(claims({ stamp: file(a, 1, 20), isTaken: () => true })).toEqual([]);
  });

  test('that an older record contradicts goes by which was written to later', () => {
    expect(claims({ stamp: file(a, 11, 20), registry: blind(b, 11, 30) })).toEqual([`${b} registry high`]);
    expect(claims({ stamp: file(a, 11, 40), registry: blind(b, 11, 30) })).toEqual([
      `${a} stamp high`,
      `${b} registry high`,
    ]);
  });
});

describe('an older record', () => {
  test('that follows resuming is highly believed, and the arguments are not asked', () => {
    expect(claims({ registry: blind(a, 11, 20), argv: found(b, 1, 30) })).toEqual([`${a} registry high`]);
  });

  test('of the start alone is believed when it has a transcript', () => {
    const registry = { ...found(a, 11, 20), trust: 'start-only' } as const;
    expect(claims({ registry, argv: found(b, 1, 5) })).toEqual([`${a} registry medium`, `${b} argv medium`]);
    expect(claims({ registry: { ...missing(a), trust: 'start-only' }, argv: found(b, 1, 5) })).toEqual([
      `${b} argv medium`,
    ]);
  });

  test.each([
    ['may have been cleared since', blind(a, 11, 20), true],
    ['cannot have been', exact(a, 11, 20), false],
  ])('%s', (_, registry, mayHaveCleared) => {
    expect(weighSources(given({ registry }))).toMatchObject({ mayHaveCleared });
  });
});

describe('without a record', () => {
  test('the arguments and the youngest child speak, in that order', () => {
    expect(claims({ argv: found(a, 1, 20), child: found(a, 1, 20) })).toEqual([
      `${a} argv medium`,
      `${a} child-environment medium`,
    ]);
    expect(claims({ argv: found(a, 1, 20), child: found(b, 1, 5) })[0]).toBe(`${a} argv medium`);
  });

  test('a child that names a conversation with later words shows that the arguments are outdated', () => {
    expect(claims({ argv: found(a, 1, 5), child: found(b, 1, 20) })).toEqual([`${b} child-environment medium`]);
  });

  test('a child that names what is not there says nothing', () => {
    expect(claims({ child: missing(a) })).toEqual([]);
  });

  test.each([
    ['a chosen id without a transcript seems fresh', { argv: missing(a), continues: false }, true],
    ['plain arguments seem fresh', { continues: false }, true],
    ['a continued conversation does not', { continues: true }, false],
    ['unreadable arguments do not', { continues: null }, false],
    [
      'a record without a transcript does',
      { registry: { ...missing(a), trust: 'clear-blind' }, continues: null },
      true,
    ],
    [
      'the throw-away id of an early one does not',
      { registry: { ...missing(a), trust: 'start-only' }, continues: true },
      false,
    ],
  ] as const)('%s', (_, sources, seemsFresh) => {
    expect(weighSources(given(sources))).toEqual({ kind: 'open', seemsFresh });
  });

  test('a resumed conversation that is not there any more is told of', () => {
    expect(weighSources(given({ argv: missing(a), continues: true }))).toEqual({
      kind: 'none',
      reason: 'the transcript of aaaaaaaa was removed',
    });
  });
});

test.each([
  ['a record that could not be read whole', { registry: 'torn' }],
  ['a background session', { registry: { ...found(a, 11, 20), trust: 'background' } }],
] as const)('%s leaves no claim at all, for weaker ones may be outdated', (_, sources) => {
  expect(weighSources(given({ ...sources, argv: found(b, 1, 20) }))).toMatchObject({ kind: 'none' });
});

function claims(sources: Partial<Sources>): readonly string[] {
  const verdict = weighSources(given(sources));
  return verdict.kind === 'claims' ? verdict.claims.map((one) => `${one.id} ${one.source} ${one.confidence}`) : [];
}

function given(sources: Partial<Sources>): Sources {
  const nothing = { stamp: null, registry: null, argv: null, continues: false, child: null, isTaken: () => false };
  return { startedAtMs: start, ...nothing, ...sources };
}

function file(id: string, bornAtMs: number, modifiedAtMs: number) {
  return { id, path: `/p/x/${id}.jsonl`, project: 'x', bornAtMs, modifiedAtMs };
}

function found(id: string, born: number, modified: number): NamedTranscript {
  return { id, lookup: { kind: 'found', transcript: file(id, born, modified) } };
}

function missing(id: string): NamedTranscript {
  const lookup: TranscriptLookup = { kind: 'missing' };
  return { id, lookup };
}

function exact(id: string, born: number, modified: number) {
  return { ...found(id, born, modified), trust: 'exact' as const };
}

function blind(id: string, born: number, modified: number) {
  return { ...found(id, born, modified), trust: 'clear-blind' as const };
}
