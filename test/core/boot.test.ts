import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameBoot, nextBoot, type Boot } from '../../src/core/boot.ts';

const host: Boot = { bootId: 'host-1', initStartTime: '2' };
const container: Boot = { bootId: 'container-1', initStartTime: '46044' };
const unknown: Boot = { bootId: null, initStartTime: null };

const aBoot = fc.record({
  bootId: fc.constantFrom('one', 'two', null),
  initStartTime: fc.constantFrom('2', '46044', null),
});

describe('two readings are of one boot', () => {
  const table: readonly [string, Boot, Boot, boolean][] = [
    ['a host, twice', host, host, true],
    ['a container, twice', container, container, true],
    [
      'a host that booted again, where PID 1 starts at the same tick each time',
      host,
      { ...host, bootId: 'host-2' },
      false,
    ],
    [
      'a container that got another id as it started again',
      container,
      { bootId: 'container-2', initStartTime: '46274' },
      false,
    ],
    [
      'a container that kept the id of its host as it started again',
      container,
      { ...container, initStartTime: '46274' },
      false,
    ],
    [
      'a container that started at the same tick after a boot of its host',
      container,
      { ...container, bootId: 'container-2' },
      false,
    ],
    ['a record without the start of PID 1, of the same id', { ...host, initStartTime: null }, host, true],
    ['a record without the start of PID 1, of another id', { ...host, initStartTime: null }, container, false],
    ['a reader who does not see PID 1, with the same id', container, { ...container, initStartTime: null }, true],
    ['a reader who does not see PID 1, with another id', container, { ...host, initStartTime: null }, false],
    ['a record of an unknown boot', unknown, host, false],
    ['a record of an unknown boot, whatever else it says', { ...host, bootId: null }, host, false],
    ['two records of an unknown boot', unknown, unknown, false],
  ];

  test.each(table)('%s', (_, one, other, expected) => {
    expect(isSameBoot(one, other)).toBe(expected);
    expect(isSameBoot(other, one)).toBe(expected);
  });
});

describe('what is written of a boot', () => {
  test('is what is read, when another one is known', () => {
    expect(nextBoot(null, container)).toEqual(container);
  });

  test('gains the start of PID 1, once', () => {
    const first = nextBoot({ ...host, initStartTime: null }, host);
    expect(first).toEqual(host);
    expect(nextBoot(first, { ...host, initStartTime: null })).toEqual(host);
  });

  test('takes the id of whoever sees PID 1, once', () => {
    const first = nextBoot({ bootId: 'of-a-sandbox', initStartTime: null }, container);
    expect(first).toEqual(container);
    expect(nextBoot(first, { ...container, bootId: 'of-a-sandbox' })).toEqual(container);
  });

  test('comes to rest whoever takes turns in a boot, and stays one that all of them know', () => {
    fc.assert(
      fc.property(aBoot, fc.array(aBoot, { maxLength: 6 }), (first, readers) => {
        const same = readers.filter((reader) => isSameBoot(first, reader));
        const once = same.reduce(nextBoot, first);
        const starts = new Set(same.flatMap(({ initStartTime }) => initStartTime ?? []));
        fc.pre(starts.size < 2);
        for (const reader of same) {
          expect(isSameBoot(once, reader)).toBe(true);
          expect(nextBoot(once, reader)).toEqual(once);
        }
      }),
    );
  });
});
