import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { parseUserMap } from '../../src/roster/parse-user-map.ts';
import type { RosterReading } from '../../src/roster/roster-reading.ts';
import { webServer } from '../web/support/web-server.ts';
import { userWhoLost, webScene } from '../web/support/web-scene.ts';
import { scriptBox } from './script-box.ts';

/** Each, and whether somebody with this login can use the command of the web terminal, and so the page. */
const logins: readonly (readonly [login: string, isUsable: boolean])[] = [
  ['emil', true],
  ['emil.barzin', true],
  ["o'brien@example.com", true],
  ["'quoted'", true],
  ['a+b_c-d@example.org', true],
  ['+39', true],
  ['007', true],
  ['a'.repeat(200), true],
  ['a'.repeat(201), false],
  ['-emil', false],
  ['--json', false],
  ['a,b', false],
  ['a;b', false],
  ['a/../b', false],
  ['DOMAIN\\emil', false],
  ['a"b', false],
  ['a$b', false],
  ['$(id)', false],
  ['a`b', false],
  ['a*b', false],
  ['[a]', false],
  ['a&b', false],
  ['a|b', false],
  ['a~b', false],
  ['josé', false],
  ['日本', false],
];

test.each(logins)('the login %j is for all or for none: usable is %s', (login, isUsable) => {
  const yaml = parseRoster(`users:\n  emo:\n    authentik_user: ${JSON.stringify(login)}\n`, '/roster.yaml');
  const map = parseUserMap(`${login}=emo\n`, '/map');
  for (const { roster } of [yaml, map]) expect(roster?.users.map((one) => one.logins[0]?.name)).toEqual([login]);
  expect([yaml, map].map(warnedAt)).toEqual(isUsable ? ['', ''] : ['3:21', '1:1']);

  const box = scriptBox('/bin/dash');
  expect(box.run(['--login', login, 'list']).status).toBe(isUsable ? 0 : 2);
  expect(box.passed()?.[2] ?? null).toBe(isUsable ? `--login=${login}` : null);
});

/** Where a login is said to be of no use. */
function warnedAt({ problems }: RosterReading): string {
  const told = problems.filter(({ severity, message }) => severity === 'warning' && message.includes('cannot be used'));
  return told.map(({ line, column }) => `${line}:${column}`).join();
}

test('the page takes the same ones', async () => {
  const scene = webScene({ emo: userWhoLost(['notes'], { login: 'nobody' }) });
  const server = await webServer(scene);
  for (const [login, isUsable] of logins) {
    scene.set('emo', userWhoLost(['notes'], { login }));
    const sent = Buffer.from(login).toString('latin1');
    const { status } = await server.ask({ login: sent });
    expect([login, status === 200]).toEqual([login, isUsable]);
  }
});

test("a login with an apostrophe reaches root's command through the page as it is", async () => {
  const box = scriptBox('/bin/dash');
  chmodSync(box.script, 0o755);
  const server = await webServer({ command: box.script, stateDirectory: box.directory });
  await server.ask({ login: "o'brien@example.com" });
  expect(box.passed()).toEqual(['picker', '--json', "--login=o'brien@example.com", '--']);
});
