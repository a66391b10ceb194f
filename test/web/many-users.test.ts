import { describe, expect, test } from 'vitest';
import { waitFor } from './support/wait-for.ts';
import { eventStream, webServer } from './support/web-server.ts';
import { type Scene, session, userWhoLost, wasLost, webScene } from './support/web-scene.ts';

describe('50 users who press at once', () => {
  test(
    'all get their sessions back, with four root commands at a time and none of another',
    { timeout: 120_000 },
    async () => {
      const names = Array.from({ length: 50 }, (_, index) => `user${index}`);
      const all = webScene(
        Object.fromEntries(
          names.map((name) => [name, userWhoLost([`own-of-${name}-a`, `own-of-${name}-b`], { login: name })]),
        ),
      );
      const server = await webServer(all);

      const pages = await Promise.all(
        names.map(async (login) => {
          const sent = await server.restore(login, [`own-of-${login}-a`, `own-of-${login}-b`]);
          expect(sent.status).toBe(303);
          const path = sent.headers.location ?? '';
          return waitFor(async () => {
            const { body } = await server.ask({ login, path });
            return body.includes('Done: 2 of 2') ? { login, path, body } : null;
          }, `the restore of ${login}`);
        }),
      );

      for (const name of names) expect(all.get(name).live).toHaveLength(3);
      for (const { login, body } of pages) {
        const others = [...body.matchAll(/own-of-(user\d+)-/g)]
          .map(([, name]) => name)
          .filter((name) => name !== login);
        expect(others).toEqual([]);
      }
      expect(mostAtOnce(all)).toBeLessThanOrEqual(4);
      // What one user's page is called is nothing to another.
      const [first, second] = pages;
      const stolen = await server.ask({ login: second?.login ?? '', path: first?.path ?? '' });
      const unknown = await server.ask({ login: second?.login ?? '', path: '/jobs/AAAAAAAAAAAAAAAAAAAAAA' });
      expect([stolen.status, stolen.body]).toEqual([404, unknown.body]);
      const stream = await eventStream(server.port, `/live${first?.path ?? ''}`, second?.login ?? '');
      expect(stream.status).toBe(404);
    },
  );

  test('on the same page ask root once', async () => {
    const all = webScene({ emo: userWhoLost(['notes'], { delayMs: 300 }) });
    const server = await webServer(all);

    const answers = await Promise.all(Array.from({ length: 50 }, async () => server.ask()));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(all.calls().length).toBeLessThanOrEqual(2);
  });
});

describe('a hung tmux of one user', () => {
  test('delays nobody else, however often that user asks', { timeout: 60_000 }, async () => {
    const hung = Array.from({ length: 6 }, (_, index) => `hung${index}`);
    const all = webScene({
      ...Object.fromEntries(hung.map((name) => [name, userWhoLost(['a'], { login: name, hangs: true })])),
      emo: userWhoLost(['notes']),
    });
    const server = await webServer(all);

    const waiting = hung.flatMap((login) => [1, 2, 3].map(async () => server.ask({ login })));
    await waitFor(() => (all.calls().length >= 4 ? true : null), 'the hung ones');
    const beganAtMs = Date.now();
    const { status } = await server.ask();
    const tookMs = Date.now() - beganAtMs;
    const answers = await Promise.all(waiting);

    expect(status).toBe(200);
    expect(tookMs).toBeLessThan(9_000);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([503]));
    expect(answers[0]?.headers['retry-after']).toBe('15');
    // Each of them was asked for once: a second question beside the first would hang, too.
    expect(all.calls().filter(({ args }) => args.includes('hung0'))).toHaveLength(1);
  });

  test('holds up the restore of nobody else', { timeout: 60_000 }, async () => {
    const hung = ['hung0', 'hung1', 'hung2', 'hung3'];
    const all = webScene({
      ...Object.fromEntries(hung.map((name) => [name, userWhoLost(['a'], { login: name })])),
      emo: userWhoLost(['notes']),
    });
    const server = await webServer(all);
    const forms = await Promise.all(hung.map(async (login) => ({ login, ...(await server.formOf(login)) })));
    for (const name of hung) all.set(name, userWhoLost(['a'], { login: name, stepMs: 3_600_000 }));
    for (const { login, token, at } of forms) {
      const form = [
        ['token', token],
        ['at', at],
        ['session', 'a'],
      ] as const;
      expect((await server.ask({ method: 'POST', path: '/restore', login, form })).status).toBe(303);
    }

    const sent = await server.restore('emo', ['notes']);
    await waitFor(async () => {
      const { body } = await server.ask({ path: sent.headers.location ?? '' });
      return body.includes('Done: 1 of 1') ? true : null;
    }, 'the restore of emo');

    expect(all.get('emo').live.map(({ name }) => name)).toContain('notes');
  });
});

const withAdmin = () =>
  webScene({
    emo: userWhoLost(['notes']),
    ada: userWhoLost(['plans'], {
      login: 'ada',
      isAdmin: true,
      health: [{ severity: 'error', text: 'tmux-persist-save.timer is not enabled' }],
    }),
  });

describe('an administrator', () => {
  test('sees everybody, the health of the saves, and the sessions of each', async () => {
    const server = await webServer(withAdmin());

    const overview = await server.ask({ login: 'ada', path: '/users' });
    const emo = await server.ask({ login: 'ada', path: '/users/emo' });

    expect([overview.status, emo.status]).toEqual([200, 200]);
    expect(overview.body).toContain('href="/users/emo"');
    expect(overview.body).toContain('tmux-persist-save.timer is not enabled');
    expect(emo.body).toContain('notes');
    expect(emo.body).toContain('Sessions of <bdi>emo</bdi>');
  });

  test('restores for others, who are not told', async () => {
    const all = withAdmin();
    const server = await webServer(all);
    const { token, at } = await server.formOf('ada', '/users/emo');

    const form = [
      ['token', token],
      ['at', at],
      ['session', 'notes'],
    ] as const;
    const sent = await server.ask({ method: 'POST', path: '/users/emo/restore', login: 'ada', form });
    const path = sent.headers.location ?? '';
    await waitFor(async () => {
      const { body } = await server.ask({ login: 'ada', path });
      return body.includes('Done: 1 of 1') ? true : null;
    }, 'the restore');

    expect(all.get('emo').live.map(({ name }) => name)).toContain('notes');
    expect(all.calls().find(({ args }) => args.includes('select'))?.args[0]).toBe('emo');
    expect((await server.ask({ login: 'emo', path })).status).toBe(404);
  });

  test.each(['/users', '/users/ada', '/users/nobody', '/live/everybody', '/live/users/ada', '/users/ada%2f..'])(
    'is who the roster says, and nobody else: %s is 403',
    async (path) => {
      const server = await webServer(withAdmin());

      const { status, body } = await server.ask({ login: 'emo', path });

      expect([403, 404]).toContain(status);
      expect(body).not.toContain('plans');
    },
  );

  test('cannot make root’s command take a name for an option', async () => {
    const all = withAdmin();
    const server = await webServer(all);

    for (const name of ['--login', '-x', '..', '.', 'a%20b', 'emo%0aada', '%00']) {
      const { status } = await server.ask({ login: 'ada', path: `/users/${name}` });
      expect([name, status === 404 || status === 400 || status === 200]).toEqual([name, true]);
    }
    for (const { args } of all.calls()) expect([args[0], args[1]].join(' ')).toMatch(/^(--login ada|emo open)$/);
  });
});

test('what root’s command says of others is shown to no user, and is in the log', async () => {
  const document = {
    formatVersion: 1,
    kind: 'error',
    exitStatus: 2,
    errors: [{ message: 'roster: user bob is wrong' }],
  };
  const all = webScene({
    emo: userWhoLost(['notes'], { breaks: `${JSON.stringify(document)}\n`, exitCode: 1 }),
    ada: userWhoLost([], { login: 'ada', breaks: 'no json: bob\n', exitCode: 0 }),
    eve: userWhoLost([], {
      login: 'eve',
      lost: [wasLost(session('x'))],
      breaks: '{"kind":"picker","formatVersion":2}\n',
    }),
  });
  const server = await webServer(all);

  for (const login of ['emo', 'ada', 'eve']) {
    const { status, body } = await server.ask({ login });
    expect([login, status]).toEqual([login, 503]);
    expect(body).not.toContain('bob');
  }
  expect(server.stderr()).toContain('was not understood');
});

/** How many root commands ran at the same time. */
function mostAtOnce(scene: Scene): number {
  const steps = scene
    .calls()
    .flatMap(({ beganAtMs, endedAtMs }) => [
      { atMs: beganAtMs, by: 1 },
      { atMs: endedAtMs ?? Number.POSITIVE_INFINITY, by: -1 },
    ])
    .toSorted((a, b) => a.atMs - b.atMs || a.by - b.by);
  let [now, most] = [0, 0];
  for (const { by } of steps) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
