import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  announcesConversation,
  parseRegistryRecord,
  type RegistryRecord,
  registryTrust,
} from '../../../src/agents/claude/registry.ts';

const sessionId = '3f36c85e-0000-4000-8000-000000000001';
const startedAtMs = 1_790_000_000_000;
const holder = { pid: 4711, startTime: '123456', startedAtMs, version: null };
const early = { procStart: null, version: null, kind: null, entrypoint: null };

describe('a record', () => {
  test('is read field by field, and what has the wrong type is left out', () => {
    const text = JSON.stringify({ pid: 1, sessionId, cwd: ['/'], startedAt: '5', version: 'x', kind: {}, other: true });
    expect(parseRegistryRecord(text)).toEqual({
      kind: 'record',
      record: { ...record({}), ...early, pid: 1, cwd: null, startedAtMs: null },
    });
  });

  test.each([
    ['an id that is not one', { pid: 1, sessionId: '--print' }],
    ['an id in capitals', { pid: 1, sessionId: sessionId.toUpperCase() }],
    ['no id', { pid: 1 }],
    ['no pid', { sessionId }],
    ['a pid that is not a number', { pid: '1', sessionId }],
    ['a pid that is not whole', { pid: 1.5, sessionId }],
    ['a pid below one', { pid: -1, sessionId }],
  ])('with %s is nobody’s', (_, fields) => {
    expect(parseRegistryRecord(JSON.stringify(fields))).toEqual({ kind: 'foreign' });
  });

  test('takes nothing from a prototype', () => {
    const text = `{"__proto__":{"pid":1,"sessionId":"${sessionId}"},"pid":1}`;
    expect(parseRegistryRecord(text)).toEqual({ kind: 'foreign' });
    expect({}).not.toHaveProperty('pid');
  });

  test.each(['', '{"pid":1', '[]', 'null', '"x"', '['.repeat(60_000), `${'{"a":'.repeat(10_000)}1`])(
    'of other text is torn',
    (text) => expect(parseRegistryRecord(text)).toEqual({ kind: 'torn' }),
  );

  test.each(['relative', '/a\nb', '/a\u001b[31m'])('names no directory like %j', (cwd) => {
    expect(parseRegistryRecord(JSON.stringify({ pid: 1, sessionId, cwd }))).toMatchObject({ record: { cwd: null } });
  });

  test('of any text is read without a failure', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json({ maxDepth: 50 }),
      fc.dictionary(field, fc.jsonValue()).map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(['torn', 'foreign', 'record']).toContain(parseRegistryRecord(text).kind);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('how far a record is believed', () => {
  test.each<[string, Partial<RegistryRecord>, string]>([
    ['2.1.329 with the start time of the process', {}, 'exact'],
    ['2.1.128', { version: '2.1.128' }, 'exact'],
    ['2.1.126, which does not follow /clear', { version: '2.1.126' }, 'clear-blind'],
    ['2.1.117, the first with a start time', { version: '2.1.117' }, 'clear-blind'],
    ['2.1.329 with another start time', { procStart: '123457' }, 'stranger'],
    ['2.1.329 without a start time', { procStart: null }, 'stranger'],
    ['2.1.100 with another start time', { version: '2.1.100', procStart: '1' }, 'stranger'],
    ['another pid', { pid: 4712 }, 'stranger'],
    ['a daemon', { kind: 'daemon' }, 'background'],
    ['a background session', { kind: 'bg' }, 'background'],
    ['a run that prints', { entrypoint: 'sdk-cli' }, 'background'],
    ['2.1.116, by the time of its start', { version: '2.1.116', procStart: null }, 'clear-blind'],
    ['2.1.83, by the time of its start', { ...early, version: '2.1.83' }, 'clear-blind'],
    ['2.1.82', { ...early, version: '2.1.82' }, 'start-only'],
    ['an unknown version that tells its kind', { ...early, kind: 'interactive' }, 'clear-blind'],
    ['an unknown version', early, 'start-only'],
    ['a start two minutes after the process', { ...early, startedAtMs: startedAtMs + 120_000 }, 'start-only'],
    ['a start long after the process', { ...early, startedAtMs: startedAtMs + 125_000 }, 'stranger'],
    ['a start before the process', { ...early, startedAtMs: startedAtMs - 5_000 }, 'stranger'],
    ['no start at all', { ...early, startedAtMs: null }, 'stranger'],
  ])('%s', (_, fields, trust) => {
    expect(registryTrust(record(fields), holder)).toBe(trust);
  });

  test('the version of the executable stands in for one that the record does not tell', () => {
    const plain = record({ ...early, kind: 'interactive' });
    expect(registryTrust(plain, { ...holder, version: '2.1.90' })).toBe('clear-blind');
    expect(registryTrust(plain, { ...holder, version: '2.1.80' })).toBe('start-only');
    expect(registryTrust(plain, { ...holder, version: '2.1.329' })).toBe('stranger');
  });
});

test('a version announces what it resumed from 2.1.83 on', () => {
  expect([null, '2.1.82', '2.1.83', '2.1.329'].map(announcesConversation)).toEqual([false, false, true, true]);
});

const field = fc.constantFrom(
  'pid',
  'sessionId',
  'cwd',
  'startedAt',
  'procStart',
  'version',
  '__proto__',
  'constructor',
);

function record(fields: Partial<RegistryRecord>): RegistryRecord {
  const own = { pid: 4711, sessionId, cwd: '/x', startedAtMs: startedAtMs + 300, procStart: '123456' };
  return { ...own, version: '2.1.329', kind: 'interactive', entrypoint: 'cli', ...fields };
}
