import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from './support/wait-for.ts';
import { eventStream, type WebServer, webServer } from './support/web-server.ts';
import { runs, type Scene, session, userWhoLost, webScene } from './support/web-scene.ts';

test('a page hears at once of a new record of its user, and root is asked once for all that look', async () => {
  const all = webScene({ emo: userWhoLost(['notes']), ada: userWhoLost(['plans'], { login: 'ada' }) });
  const server = await webServer(all);
  const path = await livePath(server, 'emo');
  const streams = await Promise.all([1, 2, 3].map(async () => eventStream(server.port, path, 'emo')));
  const other = await eventStream(server.port, await livePath(server, 'ada'), 'ada');
  await settled(all);
  const before = all.calls().length;

  start(all, 'fresh');
  all.touch('emo');
  await Promise.all(streams.map(async (stream) => stream.next()));

  expect(
    all
      .calls()
      .slice(before)
      .map(({ args }) => args.slice(0, 3)),
  ).toEqual([['--login', 'emo', 'open']]);
  expect(other.count()).toBe(0);
  expect((await server.ask()).body).toContain('fresh');
});

test('a record that changes nothing on the page is not told', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const server = await webServer(all);
  const stream = await eventStream(server.port, await livePath(server, 'emo'), 'emo');
  await settled(all);

  const before = all.calls().length;
  all.touch('emo');
  await waitFor(() => (all.calls().length > before ? true : null), 'the question');
  await settled(all);

  expect(stream.count()).toBe(0);
});

test('a page that was made before the last change hears of it as soon as it listens', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const server = await webServer(all);
  const path = await livePath(server, 'emo');
  start(all, 'fresh');

  const stream = await eventStream(server.port, path, 'emo');

  expect(await stream.next()).toMatch(/^[A-Za-z0-9_-]{16}$/);
  expect(stream.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
});

test('the page of the sessions hears of a restore that has ended, without any watch', async () => {
  const all = webScene({ emo: userWhoLost(['notes']) });
  const server = await webServer(all);
  const stream = await eventStream(server.port, await livePath(server, 'emo'), 'emo');
  await settled(all);

  await server.restore('emo', ['notes']);
  await stream.next();

  expect((await server.ask()).body).toContain('Nothing is lost');
});

test('a restore tells of each session as it comes up', async () => {
  const all = webScene({ emo: userWhoLost(['a', 'b', 'c'], { stepMs: 600 }) });
  const server = await webServer(all);
  const { headers } = await server.restore('emo', ['a', 'b', 'c']);
  const stream = await eventStream(server.port, await livePath(server, 'emo', headers.location), 'emo');

  const seen: string[] = [];
  while (!seen.some((text) => text.startsWith('Done'))) {
    await stream.next();
    const { body } = await server.ask({ path: headers.location ?? '' });
    seen.push(/id="progress"[^>]*>([^<]*)</.exec(body)?.[1] ?? '');
  }

  expect(seen).toContain('1 of 3 sessions done.');
  expect(seen).toContain('2 of 3 sessions done.');
});

test(
  'where nothing tells of changes, root is asked now and then, but only while somebody looks',
  { timeout: 60_000 },
  async () => {
    const all = webScene({ emo: userWhoLost(['notes']) });
    rmSync(join(all.stateDirectory, 'changes'), { recursive: true });
    const server = await webServer(all);
    const stream = await eventStream(server.port, await livePath(server, 'emo'), 'emo');
    await settled(all);

    start(all, 'fresh');
    await stream.next();
    stream.close();
    // The directory that a first save makes is found.
    mkdirSync(join(all.stateDirectory, 'changes'));
    const again = await eventStream(server.port, await livePath(server, 'emo'), 'emo');
    await settled(all);
    start(all, 'fresher');
    await again.next();
    start(all, 'freshest');
    all.touch('emo');
    await again.next();

    expect((await server.ask()).body).toContain('freshest');
  },
);

test('nobody can hold many streams, and a closed one makes room', async () => {
  const all = webScene({ emo: userWhoLost(['notes']), ada: userWhoLost([], { login: 'ada' }) });
  const server = await webServer(all);
  const streams = await Promise.all(Array.from({ length: 12 }, async () => eventStream(server.port, '/live', 'emo')));

  const statuses = streams.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([...Array.from({ length: 8 }, () => 200), ...Array.from({ length: 4 }, () => 429)]);
  expect((await eventStream(server.port, '/live', 'ada')).status).toBe(200);
  for (const { close } of streams) close();
  await waitFor(async () => ((await eventStream(server.port, '/live', 'emo')).status === 200 ? true : null), 'room');
});

/** The stream that a page names, with the version of that page. */
async function livePath(server: WebServer, login: string, path = '/'): Promise<string> {
  const { body } = await server.ask({ login, path });
  const [, live, version] = /data-live="([^"]+)" data-version="([^"]+)"/.exec(body) ?? [];
  if (live === undefined || version === undefined) throw new Error(`the page names no stream: ${body}`);
  return `${live}?version=${version}`;
}

function start(all: Scene, name: string): void {
  const before = all.get('emo');
  all.set('emo', { ...before, live: [...before.live, runs(session(name))] });
}

/** Waits until root has not been asked for longer than an answer is kept. */
async function settled(all: Scene): Promise<void> {
  await waitFor(() => {
    const last = Math.max(0, ...all.calls().map(({ beganAtMs, endedAtMs }) => endedAtMs ?? beganAtMs + 60_000));
    return Date.now() - last > 1_500 ? true : null;
  }, 'quiet');
}
