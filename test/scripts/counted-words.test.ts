import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { counted } from '../../src/core/text.ts';

const source = join(import.meta.dirname, '../../src');

/** What this program counts for people. Bytes and characters are counted where a limit is exceeded, and are many. */
const things = `
  account agent conversation day entry error file group heal hour key kill level line link lock login minute name option
  pane person place problem process program record run save second server session setting shell snapshot socket time unit
  user variable warning week window word
`
  .trim()
  .split(/\s+/);
const plurals = things.flatMap((one) => [
  `${one}s`,
  `${one}es`,
  one.replace(/y$/, 'ies'),
  one.replace('person', 'people'),
]);
const many = new Set(plurals.filter((one) => !things.includes(one)));

/** `${some} sessions`, `${some} other sessions`. */
const afterNumber =
  /\$\{((?:[^{}]|\{[^{}]*\})*)\} (?:(?:open|other|further|more|old|older|new|newer|stored|held|lost) )?([a-z]+)\b/g;
/** In its place a name or a path stands, not a number. */
const verbsToo = new Set(['names', 'lines', 'links', 'locks', 'runs', 'saves', 'groups', 'words']);

test('a number of things is written by one function, which knows one from many', () => {
  expect([1, 2, 0].map((count) => counted(count, 'session'))).toEqual(['1 session', '2 sessions', '0 sessions']);
  expect([1, 2].map((count) => counted(count, 'process', 'processes'))).toEqual(['1 process', '2 processes']);
  expect(texts().flatMap(({ path, text }) => countsBeside(text).map((words) => `${path}: ${words}`))).toEqual([]);
});

test.each(['`${count} sessions`', '`${some.length} of ${all.length} panes`', '`${n} other windows`'])(
  'the text %s is found',
  (text) => {
    expect(countsBeside(text)).not.toEqual([]);
  },
);

function countsBeside(text: string): readonly string[] {
  return Array.from(text.matchAll(afterNumber))
    .filter(([, inside = '', noun = '']) => !inside.startsWith('counted(') && many.has(noun) && !verbsToo.has(noun))
    .map(([words]) => words);
}

function texts(): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(source, path), 'utf8') }));
}
