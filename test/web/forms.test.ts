import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameOrigin, publicOriginFrom } from '../../src/web/same-origin.ts';
import { waitFor } from './support/wait-for.ts';
import { type Ask, webServer, webServerOfAll } from './support/web-server.ts';
import { userWhoLost, webScene } from './support/web-scene.ts';

const users = { emo: userWhoLost(['notes', 'build']), ada: userWhoLost(['plans'], { login: 'ada' }) };
const shared = webServerOfAll(users, '--origin', 'https://tmux.example.org');
const origin = 'https://tmux.example.org';

describe('a form', () => {
  test('restores what is ticked, and leads to a page with each outcome and its notes, without scripts', async () => {
    const notes = ['the conversation is held elsewhere'];
    const outcomes = { build: { outcome: 'created-without-conversation', notes } };
    const all = webScene({ emo: userWhoLost(['notes', 'build', 'scratch'], { outcomes }) });
    const server = await webServer(all);

    const sent = await server.restore('emo', ['notes', 'build']);

    expect(sent.status).toBe(303);
    const path = sent.headers.location ?? '';
    expect(path).toMatch(/^\/jobs\/[A-Za-z0-9_-]{22}$/);
    const page = await waitFor(async () => {
      const { body } = await server.ask({ path });
      return body.includes('http-equiv="refresh"') ? null : body;
    }, 'the end of the restore');
    expect(page).toMatch(/notes<.*came back</);
    expect(page).toContain('came back without its conversation');
    expect(page).toContain(notes[0]);
    expect(all.get('emo').live.map(({ name }) => name)).toEqual(['quiet', 'notes', 'build']);
    expect((await server.ask()).body).toContain('scratch');
  });

  test('shows how far a restore is, to a page that is loaded again and to the page of the sessions', async () => {
    const server = await webServer(webScene({ emo: userWhoLost(['a', 'b', 'c'], { stepMs: 700 }) }));

    const { headers } = await server.restore('emo', ['a', 'b', 'c']);
    const path = headers.location ?? '';
    const half = await waitFor(async () => {
      const { body } = await server.ask({ path });
      return body.includes('1 of 3 sessions done') ? body : null;
    }, 'the first session');

    expect(half).toContain('on its way');
    expect(half).toContain('http-equiv="refresh"');
    expect((await server.ask()).body).toMatch(/A restore is going on<\/a>: \d of 3 sessions done/);
  });

  test('is not there while it is not known what runs, and the page claims nothing of what is missing', async () => {
    const scene = { emo: userWhoLost(['notes'], { unknownBecause: 'tmux did not answer within 5 s' }) };
    const { body } = await (await webServer(webScene(scene))).ask();

    expect(body).toContain('It is not known what runs: tmux did not answer within 5 s');
    expect(body).toContain('It is not known what of this snapshot is missing.');
    expect(body).toContain('1 session that was gone at the last look');
    for (const claim of ['Nothing of this snapshot', 'Nothing is lost', 'closed or stopped', 'id="restore"']) {
      expect(body).not.toContain(claim);
    }
  });

  test('with a session that is not in the snapshot brings back nothing, and says so', async () => {
    const all = webScene(users);
    const server = await webServer(all);

    const { headers } = await server.restore('emo', ['notes', 'of somebody else']);
    const page = await waitFor(async () => {
      const { body } = await server.ask({ path: headers.location ?? '' });
      return body.includes('Nothing was done') ? body : null;
    }, 'the refusal');

    expect(page).toContain('no longer in this snapshot');
    expect(all.get('emo').live).toHaveLength(1);
  });

  test('on a host that brings nothing back ends so, and only the log says why', async () => {
    const refusesRestores = 'the roster is upside down';
    const server = await webServer(webScene({ emo: userWhoLost(['notes'], { refusesRestores }) }));

    const { headers } = await server.restore('emo', ['notes']);
    const page = await waitFor(async () => {
      const { body } = await server.ask({ path: headers.location ?? '' });
      return body.includes('Nothing was done') ? body : null;
    }, 'the refusal');

    expect(page).toContain('this host does not allow it now');
    expect(page).not.toContain(refusesRestores);
    await expect.poll(server.stderr).toContain(refusesRestores);
  });

  test.each([
    ['without a token', 403, []],
    ['with a token that is none', 403, [['token', 'x']]],
  ] as const)('%s is 403, and nothing is done', async (_, status, form) => {
    expect(await refusal({ form })).toBe(status);
  });

  test('with the token of another login is 403', async () => {
    const server = await webServer(webScene(users));
    const { token, at } = await server.formOf('ada');

    const form = [
      ['token', token],
      ['at', at],
      ['session', 'notes'],
    ] as const;
    const { status } = await server.ask({ method: 'POST', path: '/restore', login: 'emo', form });

    expect(status).toBe(403);
  });

  test('of before a restart of the server is 403, and told how to go on', async () => {
    const all = webScene(users);
    const { token, at } = await (await webServer(all)).formOf('emo');

    const form = [
      ['token', token],
      ['at', at],
      ['session', 'notes'],
    ] as const;
    const { status, body } = await (await webServer(all)).ask({ method: 'POST', path: '/restore', form });

    expect(status).toBe(403);
    expect(body).toContain('load the sessions again');
  });

  test.each([
    ['of another site', { Origin: 'https://evil.example' }],
    ['of another port', { Origin: `${origin}:8443` }],
    ['of the same host without TLS', { Origin: 'http://tmux.example.org' }],
    ['of a sandboxed frame', { Origin: 'null' }],
    ['of another site, by the fetch metadata alone', { 'Sec-Fetch-Site': 'cross-site' }],
    ['of a sibling, by the fetch metadata alone', { 'Sec-Fetch-Site': 'same-site' }],
    ['of another site that says our origin', { Origin: origin, 'Sec-Fetch-Site': 'cross-site' }],
    ['of another site, with metadata of our own', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' }],
  ])('%s is 403, and nothing is done', async (_, headers) => {
    expect(await refusal({ headers })).toBe(403);
  });

  test.each([
    { Origin: origin },
    { Origin: origin, 'Sec-Fetch-Site': 'same-origin' },
    { 'Sec-Fetch-Site': 'same-origin' },
    {},
  ])('of our own page is taken: %o', async (headers) => {
    const { server } = shared();

    expect((await server.restore('emo', ['notes'], { headers })).status).toBe(303);
  });

  test.each([
    ['no session ticked', 422, []],
    [
      'an id that is none',
      400,
      [
        ['at', '../../etc/passwd'],
        ['session', 'notes'],
      ],
    ],
    [
      'an id that is an option',
      400,
      [
        ['at', '--json'],
        ['session', 'notes'],
      ],
    ],
    ['a name with a newline', 400, [['session', 'a\nb']]],
    ['an empty name', 400, [['session', '']]],
    ['a very long name', 400, [['session', 'ü'.repeat(501)]]],
    ['very many names', 400, Array.from({ length: 301 }, (__, index) => ['session', `n${index}`] as const)],
  ] as const)('with %s is refused', async (_, status, fields) => {
    const { scene, server } = shared();
    const { token, at } = await server.formOf('ada');

    const form = [
      ['token', token],
      ...(fields.some(([key]) => key === 'at') ? [] : [['at', at] as const]),
      ...fields,
    ] as const;
    const answer = await server.ask({ method: 'POST', path: '/restore', login: 'ada', form });

    expect(answer.status).toBe(status);
    expect(scene.calls().some(({ args }) => args.includes('select') && args.includes('ada'))).toBe(false);
  });

  test('that is too large is 413, also when it does not say how large it is', async () => {
    const server = await webServer(webScene(users));
    const body = 'x'.repeat(300_000);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };

    const chunked = { ...headers, 'Transfer-Encoding': 'chunked', 'Content-Length': [] };
    expect((await server.ask({ method: 'POST', path: '/restore', body, headers })).status).toBe(413);
    expect((await server.ask({ method: 'POST', path: '/restore', body, headers: chunked })).status).toBe(413);
    expect((await server.ask()).status).toBe(200);
  });

  test.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain', ''])(
    'of the type %j is 415',
    async (type) => {
      expect(await refusal({ headers: { 'Content-Type': type } })).toBe(415);
    },
  );

  test('cannot be sent without end', async () => {
    const all = webScene(users);
    const server = await webServer(all);
    const { token, at } = await server.formOf('emo');
    const form = [
      ['token', token],
      ['at', at],
    ] as const;

    const answers = await Promise.all(
      Array.from({ length: 30 }, async () => server.ask({ method: 'POST', path: '/restore', form })),
    );

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await server.ask({ login: 'ada' })).status).toBe(200);
  });
});

test('only the origin of the page is its own, whatever a browser says', () => {
  const expected = { origin, prefix: '' };
  fc.assert(
    fc.property(fc.webUrl(), fc.option(fc.string(), { nil: undefined }), (url, fetchSite) => {
      const { origin: foreign } = new URL(url);
      fc.pre(foreign !== origin);
      expect(isSameOrigin({ origin: foreign, host: new URL(url).host, fetchSite }, expected)).toBe(false);
    }),
  );
});

/** The status of a restore that is refused; null when root was asked for one. */
async function refusal(about: Ask): Promise<number | null> {
  const { scene, server } = shared();
  const { status } = await server.restore('ada', ['plans'], about);
  return scene.calls().some(({ args }) => args.includes('select') && args.includes('ada')) ? null : status;
}

test.each([
  ['https://host', 'https://host', ''],
  ['https://host/', 'https://host', ''],
  ['https://host:8443/tools/sessions/', 'https://host:8443', '/tools/sessions'],
  ['http://localhost:8080', 'http://localhost:8080', ''],
])('the address of the page is an origin and a path: %s', (text, expected, prefix) => {
  expect(publicOriginFrom(text)).toEqual({ origin: expected, prefix });
});

test.each(['host', 'ftp://host', 'https://user@host', 'https://host/?a', 'https://host/#a', 'https://host/"><x', ''])(
  'what is no such address is refused: %j',
  (text) => {
    expect(publicOriginFrom(text)).toBeNull();
  },
);
