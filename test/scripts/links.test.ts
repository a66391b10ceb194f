import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { brokenLinks } from '../support/broken-links.ts';

const repository = join(import.meta.dirname, '../..');
const pages = ['', 'docs', 'ansible', 'bench']
  .map((name) => join(repository, name))
  .flatMap((directory) =>
    readdirSync(directory).flatMap((name) => (name.endsWith('.md') ? join(directory, name) : [])),
  );

test.each(pages.map((page) => relative(repository, page)))('every link in %s leads somewhere', (page) => {
  expect(brokenLinks(join(repository, page))).toEqual([]);
});

test('README.md can be finished: it has fewer than 200 lines', () => {
  expect(readFileSync(join(repository, 'README.md'), 'utf8').split('\n').length).toBeLessThan(200);
});
