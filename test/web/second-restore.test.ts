import { describe, expect, test } from 'vitest';
import { waitFor } from './support/wait-for.ts';
import { webServer } from './support/web-server.ts';
import { userWhoLost, webScene } from './support/web-scene.ts';

describe('a form', () => {
  test('sent twice is one restore', async () => {
    const all = webScene({ emo: userWhoLost(['notes'], { stepMs: 500 }) });
    const server = await webServer(all);

    const sent = await Promise.all([1, 2, 3].map(async () => server.restore('emo', ['notes'])));

    const paths = new Set(sent.map(({ headers }) => headers.location ?? ''));
    expect(paths.size).toBe(1);
    for (const path of paths) {
      await waitFor(async () => ((await server.ask({ path })).body.includes('Done: 1 of 1') ? true : null), 'its end');
    }
    expect(all.calls().filter(({ args }) => args.includes('select'))).toHaveLength(1);
  });

  test.each([
    ['of another session', ['third'], '20261126T140215'],
    ['of one session more', ['notes', 'build', 'third'], '20261126T140215'],
    ['of one session less', ['notes'], '20261126T140215'],
    ['of another snapshot', ['notes', 'build'], '20261126T120000'],
  ] as const)(
    '%s while one runs is 409, leads to the one that runs, and begins nothing',
    async (_, names, snapshot) => {
      const all = webScene({ emo: userWhoLost(['notes', 'build', 'third'], { stepMs: 1_000 }) });
      const server = await webServer(all);
      const { token, at } = await server.formOf('emo');
      const send = async (ofSnapshot: string, ticked: readonly string[]) => {
        const sessions = ticked.map((name) => ['session', name] as const);
        const form = [['token', token], ['at', ofSnapshot], ...sessions] as const;
        return server.ask({ method: 'POST', path: '/restore', form });
      };
      const first = await send(at, ['notes', 'build']);
      const path = first.headers.location ?? '';

      const { status, body, headers } = await send(snapshot, names);

      expect([first.status, status, headers.location]).toEqual([303, 409, undefined]);
      expect(body).toContain('A restore runs already');
      expect(body).toContain(`href="${path}"`);
      expect((await send(at, ['build', 'notes'])).headers.location).toBe(path);
      expect((await send(at, ['a\nb'])).status).toBe(400);
      expect((await send(at, [])).status).toBe(422);
      const hasEnded = (job: string, words: string): Promise<true> =>
        waitFor(async () => ((await server.ask({ path: job })).body.includes(words) ? true : null), 'its end');
      await hasEnded(path, 'Done: 2 of 2');
      expect(all.calls().filter(({ args }) => args.includes('select'))).toHaveLength(1);
      expect(all.get('emo').lost.map(({ name }) => name)).toEqual(['third']);
      const next = await send(at, ['third']);
      expect(next.status).toBe(303);
      await hasEnded(next.headers.location ?? '', 'Done: 1 of 1');
    },
  );
});
