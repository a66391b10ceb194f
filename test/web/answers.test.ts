import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { webServer, webServerOfAll } from './support/web-server.ts';
import { session, userWhoLost, wasLost, webScene } from './support/web-scene.ts';

const users = {
  emo: userWhoLost(['notes', 'build']),
  ada: userWhoLost(['plans'], { login: 'ada', isAdmin: true, lost: [], live: [] }),
};
const shared = webServerOfAll(users);

describe('every answer', () => {
  test.each(['/', '/?at=20261126T120000', '/nowhere', '/users', '/jobs/none', '/assets/none.css'])(
    'has the headers that protect it: %s',
    async (path) => {
      const { headers } = await shared().server.ask({ path });

      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
          "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('etag');
      expect(JSON.stringify(headers)).not.toMatch(/node|hono|tmux-persist|\d+\.\d+\.\d+/i);
    },
  );

  test('has them also when nobody is signed in', async () => {
    const { status, headers, body } = await shared().server.ask({ login: null });

    expect(status).toBe(401);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toContain('Not signed in');
  });

  test('holds no script, style or handler of its own', async () => {
    for (const [login, path] of [
      ['emo', '/'],
      ['ada', '/users'],
      ['ada', '/users/emo'],
    ] as const) {
      const { body } = await shared().server.ask({ login, path });
      expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:/i);
      expect(body).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
    }
  });
});

describe('the method', () => {
  test.each([
    ['POST', '/', 'GET, HEAD'],
    ['DELETE', '/users', 'GET, HEAD'],
    ['PUT', '/users/emo', 'GET, HEAD'],
    ['PATCH', '/live', 'GET, HEAD'],
    ['OPTIONS', '/jobs/x', 'GET, HEAD'],
    ['GET', '/restore', 'POST'],
    ['HEAD', '/restore', 'POST'],
    ['GET', '/users/emo/restore', 'POST'],
  ])('%s %s is 405, and the right one is named', async (method, path, allowed) => {
    const { status, headers } = await shared().server.ask({ method, path, login: 'ada' });

    expect([status, headers.allow]).toEqual([405, allowed]);
  });

  test('HEAD gives the headers alone, of a stream, too', async () => {
    for (const path of ['/', '/live', '/users']) {
      const { status, body } = await shared().server.ask({ method: 'HEAD', path, login: 'ada' });
      expect([path, status, body]).toEqual([path, 200, '']);
    }
  });

  test.each(['/nowhere', '/restore/more', '/users/emo/more', '/%2e%2e/etc/passwd', '/assets/', '/.env', '/index.php'])(
    'of an unknown path does not matter: %s is 404',
    async (path) => {
      const answers = await Promise.all(
        ['GET', 'POST'].map(async (method) => shared().server.ask({ method, path, login: 'ada' })),
      );
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    },
  );
});

describe('script and style', () => {
  test('are together at most 60 kB compressed, with the first page of 20 sessions and 200 snapshots', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `session-${index}`);
    const snapshots = Array.from({ length: 200 }, (_, index) => {
      const id = `20261126T${String(235_959 - index)}`;
      const counts = { live: 20, lost: index % 50 === 0 ? 3 : 0, appeared: 1, closed: 0 };
      const cause = counts.lost > 0 ? 'killed' : null;
      return { id, takenAt: '2026-11-26T12:00:00.000Z', isNewest: index === 0, cause, names, ...counts };
    });
    const server = await webServer(
      webScene({ emo: { ...userWhoLost(names), lost: names.map((name) => wasLost(session(name))), snapshots } }),
    );

    const { body } = await server.ask();
    const files = filesIn(body);
    const compressed = [body, ...files.map(readAsset)].map((text) => gzipSync(text).length);

    expect(files).toHaveLength(3);
    expect(compressed.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(60_000);
    expect(brotliCompressSync(files.map(readAsset).join('')).length).toBeLessThan(20_000);
  });

  test('may be kept for a year, since their names tell what is in them', async () => {
    const { body } = await shared().server.ask();
    for (const file of filesIn(body)) {
      expect(file).toMatch(/^(?:main|style|icon)-[A-Z0-9]{8}\.(?:js|css|svg)$/);
      const path = `/assets/${file}`;
      const plain = await shared().server.ask({ path });
      const packed = await shared().server.ask({ path, headers: { 'Accept-Encoding': 'gzip, br' } });
      expect(plain.status).toBe(200);
      expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(plain.body).toBe(readAsset(file));
      expect(packed.headers['content-encoding']).toBe('gzip');
    }
  });

  test('are all that is served as a file', async () => {
    const all = readdirSync('dist/web');
    expect(all).toHaveLength(4);
    for (const path of ['index.json', '..%2fbin.js', '%2e%2e/bin.js', '../bin.js', '']) {
      const { status } = await shared().server.ask({ path: `/assets/${path}` });
      expect([path, status]).toEqual([path, 404]);
    }
  });
});

describe('below a path', () => {
  test.each([
    ['which the proxy passes on', '/tools/sessions'],
    ['which the proxy takes away', ''],
  ])('%s, every link, form and redirect leads there', async (_, passed) => {
    const all = webScene(users);
    const server = await webServer(all, '--origin', 'https://tmux.example.org/tools/sessions/');

    for (const [login, path] of [
      ['emo', '/'],
      ['ada', '/users'],
      ['ada', '/users/emo'],
    ] as const) {
      const { status, body } = await server.ask({ login, path: `${passed}${path}` });
      expect(status).toBe(200);
      const addresses = [...body.matchAll(/(?:href|src|action|data-live)="([^"#][^"]*)"/g)].map(
        ([, address]) => address,
      );
      expect(addresses.length).toBeGreaterThan(5);
      for (const address of addresses) expect(address).toMatch(/^\/tools\/sessions\//);
    }
    const { token, at } = await server.formOf('emo', `${passed}/`);
    const form = [
      ['token', token],
      ['at', at],
      ['session', 'notes'],
    ] as const;
    const sent = await server.ask({ method: 'POST', path: `${passed}/restore`, form });
    expect(sent.headers.location).toMatch(/^\/tools\/sessions\/jobs\//);
    const job = await server.ask({ path: sent.headers.location?.replace('/tools/sessions', passed) ?? '' });
    expect(job.status).toBe(200);
  });
});

/** The files that a page loads. */
function filesIn(body: string): readonly string[] {
  return [...body.matchAll(/(?:href|src)="\/assets\/([^"]+)"/g)].map(([, name = '']) => name);
}

function readAsset(name: string): string {
  return readFileSync(join('dist/web', name), 'utf8');
}

test('have no status above 399 that docs/web-page.md leaves out, and it names no other', () => {
  const sources = readdirSync('src/web').filter((name) => /\.tsx?$/.test(name));
  const texts = sources.map((name) => readFileSync(join('src/web', name), 'utf8'));
  const said = texts.flatMap((text) => [
    ...text.matchAll(/^\s+([45]\d\d),$|context, ([45]\d\d),|body }, ([45]\d\d)\)/gm),
  ]);
  const [, table = ''] = readFileSync('docs/web-page.md', 'utf8').split('## What it answers');
  const told = [...table.matchAll(/^\| ([45]\d\d) /gm)].map(([, status]) => status);

  expect(told).toEqual(
    [...new Set(said.flatMap(([, ...groups]) => groups.filter((one) => one !== undefined)))].toSorted(),
  );
});
