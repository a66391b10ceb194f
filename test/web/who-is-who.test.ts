import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loginIn } from '../../src/web/who.ts';
import { scriptBox } from '../sudo/script-box.ts';
import { binary } from '../support/persist-sandbox.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { secret, statusOfRaw, webServer, webServerOfAll } from './support/web-server.ts';
import { userWhoLost, webScene } from './support/web-scene.ts';

const users = { emo: userWhoLost(['notes']), ada: userWhoLost(['plans'], { login: 'ada@example.org' }) };
const shared = webServerOfAll(users);

describe('the login', () => {
  test('leads to its own sessions', async () => {
    const { server } = shared();

    const [emo, ada] = [await server.ask({ login: 'emo' }), await server.ask({ login: 'ada@example.org' })];

    expect([emo.status, ada.status]).toEqual([200, 200]);
    expect(emo.body).toContain('notes');
    expect(emo.body).not.toContain('plans');
    expect(ada.body).toContain('plans');
    expect(ada.body).not.toContain('notes');
  });

  test('comes from the header that the command line names, and from no other', async () => {
    const server = await webServer(webScene(users), '--header', 'Remote-User');

    expect((await server.ask({ login: null, headers: { 'Remote-User': 'emo' } })).status).toBe(200);
    expect((await server.ask({ login: 'emo' })).status).toBe(401);
    // A header that a proxy of another language takes for the same one.
    expect((await server.ask({ login: null, headers: { Remote_User: 'emo' } })).status).toBe(401);
  });

  test.each([
    ['none', null],
    ['an empty one', ['X-Forwarded-User: ']],
    ['two', ['X-Forwarded-User: emo', 'X-Forwarded-User: ada']],
    ['the same twice', ['X-Forwarded-User: emo', 'X-Forwarded-User: emo']],
    ['two, one of them empty', ['X-Forwarded-User:', 'X-Forwarded-User: emo']],
    ['two of different case', ['X-Forwarded-User: emo', 'x-forwarded-user: ada']],
    ['a list', ['X-Forwarded-User: emo,ada']],
    ['a list with a space', ['X-Forwarded-User: emo, ada']],
    ['a control character', ['X-Forwarded-User: em\to']],
    ['bytes beyond ASCII', ['X-Forwarded-User: \u00E9mo']],
    ['one of 201 characters', [`X-Forwarded-User: ${'e'.repeat(201)}`]],
  ])('is refused with 401: %s', async (_, lines) => {
    const { server } = shared();
    const head = ['GET / HTTP/1.1', 'Host: h', `X-Tmux-Persist-Secret: ${secret}`, ...(lines ?? []), '', ''];

    expect(await statusOfRaw(server.port, head.join('\r\n'))).toBe(401);
  });

  test.each(['nobody', '-emo', 'emo smith', '../emo', '--json', 'e;mo', '$(id)', 'emo/../ada'])(
    'that leads to nobody is 403, and told so: %s',
    async (login) => {
      const { scene, server } = shared();

      const answer = await server.ask({ login });

      expect(answer.status).toBe(403);
      expect(answer.body).toContain('belongs to nobody');
      expect(answer.body).not.toMatch(/notes|plans/);
      for (const { args } of scene.calls()) expect(args[1]).toMatch(/^(nobody|emo|ada@example.org)$/);
    },
  );

  test('is a plain text or none, whatever the header holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 220 }), (value) => {
        const login = loginIn(['X-Forwarded-User', value], 'x-forwarded-user');
        if (login === null) return;
        expect(login).toBe(value);
        expect(login).toMatch(/^[\u0020-\u007E]{1,200}$/);
        expect(login).not.toMatch(/,|^\s|\s$/);
      }),
    );
  });
});

describe('where the host cannot say whose a login is', () => {
  const about = { formatVersion: 1, kind: 'error', exitStatus: 2, errors: [{ message: 'the roster is upside down' }] };

  test.each([
    [
      'a reason that is about no login',
      `${JSON.stringify({ ...about, unknown: null })}\n`,
      'the roster is upside down',
    ],
    ['a reason of a program that does not tell', `${JSON.stringify(about)}\n`, 'the roster is upside down'],
    ['a status alone', ' ', 'was not understood'],
  ])('it is 503 with a line in the log, and says nothing of the login: %s', async (_, breaks, words) => {
    const server = await webServer(webScene({ emo: userWhoLost(['notes'], { breaks, exitCode: 2 }) }));

    const { status, body } = await server.ask();

    expect(status).toBe(503);
    expect(body).not.toContain('belongs to nobody');
    expect(body).not.toContain('upside down');
    await expect.poll(server.stderr).toContain(words);
  });

  test("it is 503 without a roster, and the log has the words of root's command", async () => {
    const box = scriptBox('/bin/sh', { roster: false });
    chmodSync(box.script, 0o755);
    const server = await webServer({ command: box.script, stateDirectory: box.directory });

    const { status, body } = await server.ask();

    expect(status).toBe(503);
    expect(body).not.toContain('belongs to nobody');
    await expect.poll(server.stderr).toContain('there is no roster on this host');
  });

  test('nothing is logged of a login that leads to nobody', async () => {
    const server = await webServer(webScene(users));

    expect((await server.ask({ login: 'nobody' })).status).toBe(403);
    expect(server.stderr().split('\n').slice(1)).toEqual(['']);
  });
});

describe('the secret', () => {
  test.each([
    ['none', {}],
    ['another one', { 'X-Tmux-Persist-Secret': 'another-secret-0123456789abc' }],
    ['its beginning', { 'X-Tmux-Persist-Secret': secret.slice(0, -1) }],
    ['more than it', { 'X-Tmux-Persist-Secret': `${secret}0` }],
    ['an empty one', { 'X-Tmux-Persist-Secret': '' }],
    ['it twice', { 'X-Tmux-Persist-Secret': [secret, secret] }],
  ])('that is not the proxy’s is 401, also for files and unknown paths: %s', async (_, given) => {
    const { server } = shared();
    const headers = { 'X-Tmux-Persist-Secret': [], ...given };

    for (const path of ['/', '/nowhere', '/live', '/users', '/assets/none.js']) {
      const { status } = await server.ask({ path, headers });
      expect([path, status]).toEqual([path, 401]);
    }
  });

  test('is never in an answer or in the log', async () => {
    const { server } = shared();

    const answers = await Promise.all(['/', '/nowhere', '/users'].map(async (path) => server.ask({ path })));

    for (const { body, headers } of answers) expect(JSON.stringify([body, headers])).not.toContain(secret);
    expect(server.stderr()).not.toContain(secret);
  });

  test('is a must on a port', () => {
    const { status, stderr } = start('--listen', '127.0.0.1:0');

    expect(status).toBe(2);
    expect(stderr).toContain('--secret-file');
  });

  test.each([
    ['short', 'short\n', 0o600, '16 or more'],
    ['of two lines', `${'a'.repeat(20)}\n${'b'.repeat(20)}\n`, 0o600, 'one line'],
    ['empty', '', 0o600, 'one line'],
    ['everybody’s', `${'a'.repeat(20)}\n`, 0o644, "chmod o-r '/"],
  ])('is refused when it is %s', (_, text, mode, why) => {
    const path = join(temporaryDirectory(), 'my secret');
    writeFileSync(path, text);
    chmodSync(path, mode);

    const { status, stderr } = start('--listen', '127.0.0.1:0', '--secret-file', path);

    expect(status).toBe(2);
    expect(stderr).toContain(why);
  });

  test('that cannot be read is no server without one', () => {
    const { status, stderr } = start('--listen', 'unix:/tmp/never.sock', '--secret-file', '/nowhere/secret');

    expect(status).toBe(2);
    expect(stderr).toContain('cannot read /nowhere/secret');
    expect(existsSync('/tmp/never.sock')).toBe(false);
  });
});

test.each(['0.0.0.0:80', '192.0.2.1:8484', '[::]:80', 'unix:relative', ':80', '127.0.0.1', '127.0.0.1:99999'])(
  'the server listens only on this host: not on %s',
  (address) => {
    const { status, stderr } = start('--listen', address);

    expect(status).toBe(2);
    expect(stderr).toContain('neither a loopback address nor a Unix socket');
  },
);

function start(...args: readonly string[]) {
  return spawnSync(process.execPath, [binary, 'web', '--no-sudo', ...args], { encoding: 'utf8', timeout: 25_000 });
}
