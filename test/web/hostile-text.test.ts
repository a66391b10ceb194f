import * as fc from 'fast-check';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { expect, test } from 'vitest';
import { localClock } from '../../src/render/text/clock.ts';
import { makeApp } from '../../src/web/app.tsx';
import { loadAssets } from '../../src/web/assets.ts';
import { parseObject } from '../../src/web/documents/fields.ts';
import { progressFrom } from '../../src/web/documents/progress.ts';
import { makeLive } from '../../src/web/live.ts';
import type { RootCommand } from '../../src/web/root-command.ts';
import type { SelectionRow } from '../../src/web/documents/picker.ts';
import { isPlainName } from '../../src/web/subject.ts';
import { SelectionForm } from '../../src/web/view/selection-form.tsx';
import { temporaryDirectory } from '../system/temporary-directory.ts';

/** What tries to become markup, an attribute, a link, a path or a line of its own. */
const payloads = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus=alert(1) autofocus='",
  '</title><svg onload=alert(1)>',
  '</textarea></fieldset></form><form action=//evil.example>',
  'javascript:alert(1)',
  '&lt;b&gt;&amp;&#x3c;',
  '<!-- --!><![CDATA[',
  '\u202Egnp.exe\u202C',
  '../../etc/passwd',
  '{{7*7}}${7*7}',
  'a\u0000b\u001B[2J\r\nevent: changed\r\n\r\n',
  '\uD800 half',
];
const hostile = fc.oneof(
  fc.constantFrom(...payloads),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.tuple(fc.string({ maxLength: 8 }), fc.constantFrom(...payloads)).map((parts) => parts.join('')),
);

test('names, directories, agents and reasons are text on every page, whatever they hold', async () => {
  const plain = await pagesWith(() => 'plain');
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 6 }), async (texts) => {
      let next = 0;
      const pages = await pagesWith(() => texts[next++ % texts.length] ?? '');
      expect(pages.map(({ elements }) => elements)).toEqual(plain.map(({ elements }) => elements));
      for (const { elements } of pages) for (const element of elements) expect(element).not.toMatch(/\bon\w+=|style=/);
    }),
    { numRuns: 40 },
  );
});

test('what a form would send is the very name, or nothing where a form cannot send it', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const form = await SelectionForm({
        selection: { id: '20261126T140215', rows: [{ ...row, name: text }] },
        takenAt: null,
        isKnown: true,
        isNewest: true,
        lost: [],
        now: '',
        clock: localClock(() => 0),
        path: '/',
        token: '',
      });
      const { values } = pageOf(String(form));
      expect(values).toEqual(isPlainName(text) ? [text] : []);
    }),
  );
});

const row: SelectionRow = {
  name: '',
  directory: '/',
  agent: null,
  conversation: null,
  windows: 1,
  action: 'new',
  target: null,
  isTicked: true,
  closedAt: null,
  cause: null,
  goneAt: null,
  reason: '',
};

interface Page {
  /** Each element in its order, with the names of its attributes, and the values of those that lead somewhere. */
  readonly elements: readonly string[];
  /** What the ticks would send. */
  readonly values: readonly string[];
}

/** The pages of a user and of an administrator, whose every text is hostile, and of a restore. */
async function pagesWith(text: () => string): Promise<readonly Page[]> {
  const app = appWith(text);
  const own = await app('GET', '/');
  const form = new URLSearchParams([
    ...[...own.html.matchAll(/name="(token|at)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    ),
    ['session', 'plain'],
  ]);
  const sent = await app('POST', '/restore', form);
  const job = await app('GET', sent.location ?? '/');
  const pages = [own, await app('GET', '/users'), await app('GET', '/users/emo'), job];
  return pages.map(({ html }) => pageOf(html));
}

function appWith(text: () => string) {
  const live = makeLive(temporaryDirectory());
  const app = makeApp({
    header: 'X-Forwarded-User',
    secret: null,
    publicOrigin: { origin: null, prefix: '' },
    command: hostileCommand(text),
    live,
    assets: loadAssets('dist/web'),
    clock: localClock(() => 0),
    complain: () => {},
  });
  live.close();
  return async (method: string, path: string, form?: URLSearchParams) => {
    const request = new Request(`http://h${path}`, {
      method,
      ...(form === undefined
        ? {}
        : { body: form.toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
    });
    const response = await app.fetch(request, { incoming: { rawHeaders: ['X-Forwarded-User', 'emo'] } });
    return { html: await response.text(), location: response.headers.get('Location') };
  };
}

/** Answers as root's command does, with these texts wherever a user can choose one. */
function hostileCommand(text: () => string): RootCommand {
  // One that a form can send: of the others, only words are shown.
  const name = text().replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '') || 'plain';
  const facts = () => ({ name, directory: text(), agent: text(), conversation: text() });
  const at = '2026-11-26T14:02:15.000Z';
  const hostileRow = () => ({
    ...facts(),
    windows: 2,
    action: 'suffixed',
    target: text(),
    isTicked: true,
    closedAt: null,
    cause: null,
    goneAt: null,
    reason: text(),
  });
  const documents: Readonly<Record<string, () => object>> = {
    open: () => ({
      formatVersion: 1,
      kind: 'picker',
      user: 'emo',
      isAdmin: true,
      observed: true,
      reason: null,
      watch: 'none',
      now: at,
      live: [{ ...facts(), since: at, windows: 1 }],
      lost: [true, false].map((comesBack) => ({ ...facts(), cause: 'killed', goneAt: at, words: text(), comesBack })),
      snapshots: [
        {
          id: '20261126T140215',
          takenAt: at,
          live: 1,
          isNewest: true,
          lost: 1,
          cause: 'killed',
          appeared: 0,
          closed: 0,
        },
      ],
      selection: { id: '20261126T140215', rows: [hostileRow(), { ...hostileRow(), action: 'skip' }] },
    }),
    overview: () => ({
      formatVersion: 1,
      kind: 'overview',
      users: [
        {
          user: 'emo',
          live: null,
          lost: 2,
          lastSavedAt: at,
          saveProblem: text(),
          lastLossAt: at,
          lastCause: 'reboot',
        },
      ],
      health: [{ severity: 'error', text: text() }],
    }),
  };
  return {
    ask: async (_, [verb], read) => {
      const document = documents[verb];
      if (document === undefined) throw new Error(`${verb} is not asked here`);
      return { kind: 'answered', value: read(parseObject(JSON.stringify(document()))) };
    },
    act: async (_, __, onEvent) => {
      const event = { event: 'session', name: 'plain', target: text(), outcome: 'failed', notes: [text(), text()] };
      onEvent(progressFrom(parseObject(JSON.stringify(event))));
      return { exitCode: 1, unknown: null, messages: [text()] };
    },
  };
}

type Node = DefaultTreeAdapterMap['node'];

function pageOf(html: string): Page {
  const [elements, values]: [string[], string[]] = [[], []];
  const walk = (node: Node): void => {
    if ('tagName' in node) {
      const attributes = node.attrs.map(({ name, value }) =>
        leading.has(name) ? `${name}=${value.replace(/[A-Za-z0-9_-]{22}/, 'JOB')}` : name,
      );
      // A directory has as many places to break as slashes.
      if (node.tagName !== 'wbr') elements.push(`<${node.tagName} ${attributes.join(' ')}>`);
      const value = node.attrs.find(({ name }) => name === 'value')?.value;
      if (node.attrs.some(({ name, value: type }) => name === 'type' && type === 'checkbox')) values.push(value ?? '');
    }
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
  };
  walk(parse(html));
  return { elements, values };
}

const leading = new Set(['href', 'src', 'action', 'method', 'name', 'type', 'class', 'data-live']);
