import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { oomVictims } from '../support/oom-victims.ts';
import { awaitPaneEnd, awaitRecord, conversationIn, lossesOf, recordedOf, rootWatch, worldOf } from './root-watch.ts';
import { sharedHost } from './shared-host.ts';
import { agentsOf } from './user-agents.ts';

// Another test must not raise the OOM-kill counter of the host meanwhile.
const host = sharedHost();
const watch = rootWatch(host);
const victims = oomVictims(() => host().emo.name);

describe('under the watch, the kernel kills for the limit of a control group', { timeout: 120_000 }, () => {
  test('one session, which comes back by itself; what its user closes in the same second stays closed', async () => {
    const { emo, anca, wizard } = host();
    watchSessions({ emo: ['hungry', 'notes', 'work'], anca: ['notes'], wizard: ['hungry'] });
    const others = [anca, wizard].map(worldOf);
    const notes = paneOf(emo, 'notes');
    const hungry = paneId(emo, 'hungry');
    victims.kill(panePid(emo, 'hungry'));
    emo.tmux('kill-session', '-t', '=work');
    awaitPaneEnd(emo, hungry);
    waitUntil(() => emo.sessions().includes('hungry'), 'the heal', 30_000);
    waitUntil(() => recordedOf(host(), emo, 'hungry') === 'live', 'its record');
    expect(lossesOf(host(), emo, 'hungry')).toEqual([{ cause: 'killed', killer: victims.killer() }]);
    expect(lossesOf(host(), emo, 'work')).toEqual([{ cause: 'closed', killer: null }]);
    expect(emo.sessions()).toEqual(['hungry', 'notes']);
    expect(paneOf(emo, 'notes')).toBe(notes);
    expect([anca, wizard].map(worldOf)).toEqual(others);
    const { stdout } = await watch.stop();
    expect(stdout.match(/: heals /g)).toHaveLength(1);
    expect(stdout).toContain(`${emo.name}: heals hungry: `);
  });

  test('a whole server, whose sessions come back; who killed it is told', async () => {
    const { emo, anca, wizard } = host();
    watchSessions({ emo: ['notes', 'work'], anca: ['notes'], wizard: ['notes'] });
    const others = [anca, wizard].map(worldOf);
    victims.kill(serverPid(emo));
    waitUntil(() => emo.sessions().length === 2, 'the heal', 30_000);
    awaitRecord(host(), emo);
    for (const name of ['notes', 'work']) {
      expect(lossesOf(host(), emo, name).at(-1)).toEqual({ cause: 'server-died', killer: victims.killer() });
    }
    expect([anca, wizard].map(worldOf)).toEqual(others);
    const { stdout } = await watch.stop();
    expect(stdout.match(/: heals /g)).toHaveLength(1);
  });

  test('a server and one of its panes, and all its sessions come back once', async () => {
    const { emo, anca, wizard } = host();
    // The kernel may kill the server first. A shell would then end by SIGHUP, and nobody would have killed it.
    emo.startSession('hungry', 'sh', '-c', "trap '' HUP; exec sleep 1h");
    watchSessions({ emo: ['notes'], anca: ['notes'], wizard: ['notes'] });
    const others = [anca, wizard].map(worldOf);
    victims.kill(panePid(emo, 'hungry'), serverPid(emo));
    waitUntil(() => emo.sessions().length === 2, 'the heal', 30_000);
    awaitRecord(host(), emo);
    expect(lossesOf(host(), emo, 'hungry').at(-1)).toEqual({ cause: 'killed', killer: victims.killer() });
    expect(lossesOf(host(), emo, 'notes').at(-1)).toEqual({ cause: 'server-died', killer: victims.killer() });
    expect(emo.sessions()).toEqual(['hungry', 'notes']);
    expect([anca, wizard].map(worldOf)).toEqual(others);
    await watch.stop();
  });
});

describe('under the watch, the kernel kills an agent for its limit', { timeout: 120_000 }, () => {
  test('whose pane goes with it: its conversation is killed, and is offered in a window of its own', async () => {
    const { emo, persist } = host();
    const agents = agentsOf(emo);
    agents.start('talk');
    const id = agents.say('talk', 'remember the milk');
    emo.tmux('new-window', '-d', '-t', '=talk:');
    watchThese([emo]);
    waitUntil(() => conversationIn(host(), emo, id) === 'running', 'its conversation');
    const agent = agents.pidIn('talk');
    const pane = paneId(emo, 'talk');
    victims.kill(agent);
    awaitPaneEnd(emo, pane);
    waitUntil(() => conversationIn(host(), emo, id) !== 'running', 'the end of the conversation');
    waitUntil(() => isKilled(conversationIn(host(), emo, id)), 'who killed it');
    expect(conversationIn(host(), emo, id)).toMatchObject({ killed: true, killer: victims.killer() });
    const before = worldOf(emo);
    expectOffered(emo, id);
    const { stdout } = await watch.stop();
    expect(stdout).toMatch(new RegExp(`: process ${agent} was killed `));
    expect(stdout).not.toMatch(/: heals /);
    expect(worldOf(emo)).toEqual(before);
    expect(persist('apply', '--user', emo.name, '--session', id).exitCode).toBe(0);
    expect(emo.tmux('list-windows', '-t', '=talk', '-F', '#{window_id}').trim().split('\n')).toHaveLength(2);
  });

  test('whose shell lives on: its conversation is killed, and is offered, and nothing is touched', async () => {
    const { emo } = host();
    const agents = agentsOf(emo);
    emo.startSession('talk');
    emo.tmux('send-keys', '-t', '=talk:', agents.fake.command, 'Enter');
    const id = agents.say('talk', 'remember the milk');
    watchThese([emo]);
    waitUntil(() => conversationIn(host(), emo, id) === 'running', 'its conversation');
    const before = worldOf(emo);
    victims.kill(agents.fake.starts().at(-1)?.pid ?? 0);
    waitUntil(() => isKilled(conversationIn(host(), emo, id)), 'who killed it');
    expect(conversationIn(host(), emo, id)).toMatchObject({ killed: true, killer: victims.killer() });
    expectOffered(emo, id);
    expect((await watch.stop()).stdout).not.toMatch(/: heals /);
    expect(worldOf(emo)).toEqual(before);
  });
});

function isKilled(ended: unknown): boolean {
  return typeof ended === 'object' && ended !== null && 'killed' in ended && ended.killed === true;
}

/** It is one command away, and nothing is done unasked. */
function expectOffered({ name }: UnixUser, id: string): void {
  const [user] = host().plan('--user', name).users;
  const offer = { action: 'live', pending: false, conversation: { agent: 'claude', id } };
  const command = `tmux-persist apply ${name} --session ${id.slice(0, 8)}`;
  expect(user?.actions).toMatchObject([{ session: 'talk', ...offer, command }]);
}

type Wanted = Readonly<Record<'emo' | 'anca' | 'wizard', readonly string[]>>;

function watchSessions(wanted: Wanted): void {
  const users = [host().emo, host().anca, host().wizard];
  [wanted.emo, wanted.anca, wanted.wizard].forEach((names, at) => {
    for (const name of names) users[at]?.startSession(name, 'bash', '--norc');
  });
  watchThese(users);
}

function watchThese(users: readonly UnixUser[]): void {
  watch.start();
  for (const user of users) awaitRecord(host(), user);
}

function panePid(user: UnixUser, session: string): number {
  return Number(user.tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_pid}'));
}

function paneId(user: UnixUser, session: string): string {
  return user.tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_id}').trim();
}

function paneOf({ tmux }: UnixUser, session: string): string {
  return tmux('list-panes', '-s', '-t', `=${session}`, '-F', '#{session_id} #{pane_id} #{pane_pid}');
}

function serverPid(user: UnixUser): number {
  const pid = user.serverPid();
  if (pid === null) throw new Error(`${user.name} runs no tmux server`);
  return pid;
}
