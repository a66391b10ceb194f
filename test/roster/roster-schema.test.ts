import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { causes } from '../../src/core/manifest.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { parseUserMap } from '../../src/roster/parse-user-map.ts';
import { entriesOf, valueAt } from '../../src/roster/problem-words.ts';

const schema: unknown = JSON.parse(readFileSync('schemas/roster.schema.json', 'utf8'));

function keysAt(pointer: string): readonly string[] {
  return entriesOf(valueAt(schema, `${pointer}/properties`)).map(([key]) => key);
}

describe('the roster schema', () => {
  test('is what the committed validators were generated from', () => {
    const output = execFileSync(process.execPath, ['scripts/generate-validators.mjs', '--check'], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(output).toBe('');
  });

  test('describes every key with a title and a description', () => {
    const pointers = [
      '',
      '/definitions/user',
      '/definitions/persist',
      '/definitions/persist/properties/restore',
      '/definitions/persist/properties/heal',
      '/definitions/persist/properties/memory',
    ];
    for (const pointer of pointers) {
      for (const key of keysAt(pointer)) {
        const described = valueAt(schema, `${pointer}/properties/${key}`);
        expect({ key, ...Object(described) }).toMatchObject({
          title: expect.any(String),
          description: expect.any(String),
        });
      }
    }
  });

  test('names the causes of which a roster can decide', () => {
    const decidable = causes.filter((cause) => cause !== 'forgotten');
    expect(keysAt('/definitions/persist/properties/restore')).toEqual(decidable);
  });

  test.each([
    ['', ''],
    ['/definitions/user', 'users: {emo: {KEY: }}'],
    ['/definitions/persist', 'users: {emo: {persist: {KEY: }}}'],
    ['/definitions/persist/properties/restore', 'users: {emo: {persist: {restore: {KEY: }}}}'],
    ['/definitions/persist/properties/heal', 'users: {emo: {persist: {heal: {KEY: }}}}'],
    ['/definitions/persist/properties/memory', 'users: {emo: {persist: {memory: {KEY: }}}}'],
  ])('and the program know the same keys at %j', (pointer, text) => {
    const keys = keysAt(pointer);
    expect(keys.length).toBeGreaterThan(1);
    for (const key of [...keys, 'nonsense']) {
      const codes = parseRoster(text === '' ? `${key}: {}` : text.replace('KEY', key), 'r.yaml').problems.map(
        (problem) => problem.code,
      );
      expect([key, codes.includes('unknown-key')]).toEqual([key, key === 'nonsense']);
    }
  });

  const texts = ['emo', 'Emo', '_', 'a.b-c_d', 'host$', 'a$b', '7', '007', '-a', '.a', 'é', 'a b', 'a\tb', 'x\u2028y'];
  const longer = [
    'a'.repeat(31) + '$',
    'a'.repeat(32) + '$',
    'a'.repeat(256),
    'a'.repeat(257),
    'ü@x',
    '\u0085',
    '\u00a0',
  ];

  test.each([...texts, ...longer])('judges names as the user map does: %j', (text) => {
    const name = JSON.stringify(text);
    expect(accepts(`users: {${name}: {}}`)).toBe(parseUserMap(`x=${text}:/`, 'map').roster !== null);
    expect(accepts(`users: {emo: {authentik_user: ${name}}}`)).toBe(parseUserMap(`${text}=emo`, 'map').roster !== null);
  });
});

function accepts(yaml: string): boolean {
  return parseRoster(yaml, 'r.yaml').roster !== null;
}
