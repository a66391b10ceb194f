import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newConversation } from '../support/fake-claude.ts';
import { binary, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotIds } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';
import { waitFor } from './support/wait-for.ts';
import { eventStream, webServer } from './support/web-server.ts';
import type { Scene } from './support/web-scene.ts';

const conversation = '3e1ec700-1111-4000-8000-000000000001';

test('a user loses a server, sees why, ticks two of three, and has them back', { timeout: 90_000 }, async () => {
  const box = sandbox({ roster: null });
  writeFileSync(box.rosterPath, `users:\n  ${JSON.stringify(box.user)}:\n    authentik_user: emo@example.org\n`);
  newConversation(box, 'notes', conversation, box.directory('code'));
  for (const name of ['shell', '<b>third</b>']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  box.persist('save');
  const [taken = ''] = snapshotIds(box);
  box.killServer();
  const login = 'emo@example.org';
  const server = await webServer(sceneOf(box));

  const lost = await server.ask({ login });
  expect([lost.status, server.stderr().includes('error')]).toEqual([200, false]);
  expect(lost.body).toContain('3 sessions were lost');
  expect(lost.body).toContain('server died');
  expect(lost.body).toContain('&lt;b&gt;third&lt;/b&gt;');
  expect(lost.body).toContain(`value="${taken}"`);
  const stream = await eventStream(server.port, '/live', login);
  await stream.next();

  const sent = await server.restore(login, ['notes', '<b>third</b>']);
  const page = await waitFor(async () => {
    const { body } = await server.ask({ login, path: sent.headers.location ?? '' });
    return body.includes('http-equiv="refresh"') ? null : body;
  }, 'the end of the restore');

  expect(page).toContain('Done: 2 of 2 sessions run.');
  expect(sessionNames(box)).toEqual(['<b>third</b>', 'notes']);
  expect(box.tmux('list-panes', '-t', '=notes', '-F', '#{pane_start_command}')).toContain('pane-agent');
  // What the restore recorded is told to the open page, by the directory of changes.
  await stream.next();
  const after = await server.ask({ login });
  expect(after.body).toContain('1 session was lost');
  expect(after.body).toContain('2 sessions run');
  expect((await server.ask({ login, path: '/users' })).status).toBe(403);
});

/** Root's command without root: the program's own verbs, in the sandbox. */
function sceneOf(box: Sandbox): Pick<Scene, 'command' | 'stateDirectory'> {
  const command = join(box.home, 'root-command');
  const environment = Object.entries({ ...box.env, TMUX_PERSIST_ROSTER: box.rosterPath })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}='${value}'`]))
    .join(' ');
  const text = `#!/bin/sh
[ "$1" = --login ] && { who="--login=$2"; shift 2; } || { who=$1; shift; }
case $1 in open) verb=picker ;; show) verb=snapshot ;; select) verb=restore-selection ;; *) verb=$1 ;; esac
shift
exec env -i ${environment} ${process.execPath} ${binary} "$verb" "$who" "$@"
`;
  writeFileSync(command, text);
  chmodSync(command, 0o755);
  return { command, stateDirectory: box.stateDirectory };
}
