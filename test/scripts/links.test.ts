import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const pages = ['', 'docs', 'ansible']
  .map((name) => join(repository, name))
  .flatMap((directory) =>
    readdirSync(directory).flatMap((name) => (name.endsWith('.md') ? join(directory, name) : [])),
  );

test.each(pages.map((page) => relative(repository, page)))('every link in %s leads somewhere', (page) => {
  const path = join(repository, page);
  const links = [...withoutCode(readFileSync(path, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(path, link))).toEqual([]);
});

test('README.md can be finished: it has fewer than 200 lines', () => {
  expect(readFileSync(join(repository, 'README.md'), 'utf8').split('\n').length).toBeLessThan(200);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', anchor = null] = link.split('#');
  const target = file === '' ? page : join(dirname(page), file);
  if (!existsSync(target)) return false;
  return anchor === null || anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, '');
}
