import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import { alterAccounts, type UnixUser } from '../support/unix-users.ts';
import { awaitPaneEnd, awaitRecord, lossesOf, recordedOf, rootWatch, worldOf } from './root-watch.ts';
import { rosterOf, sharedHost } from './shared-host.ts';

const host = sharedHost({ others: 1 });
const watch = rootWatch(host);

describe('under the watch, a user kills by SIGKILL', { timeout: 120_000 }, () => {
  test('the process of a pane: its session is closed, and stays so', async () => {
    const { emo, anca } = watchedUsers();
    const others = worldOf(anca);
    const [pane = '', pid = ''] = emo
      .tmux('display-message', '-p', '-t', '=work:', '#{pane_id} #{pane_pid}')
      .split(/\s/);
    emo.run('kill', '-9', pid);
    awaitPaneEnd(emo, pane);
    waitUntil(() => recordedOf(host(), emo, 'work') === 'closed', 'the record of the loss');
    expect((await watch.stop()).stdout).not.toMatch(/: heals |was killed/);
    expect(lossesOf(host(), emo, 'work')).toEqual([{ cause: 'closed', killer: null }]);
    expect(emo.sessions()).toEqual(['notes']);
    expect(worldOf(anca)).toEqual(others);
  });

  test('the own server: everything comes back once, and the servers of others are as they were', async () => {
    const { emo, anca, wizard } = watchedUsers();
    const others = [anca, wizard].map(worldOf);
    emo.run('kill', '-9', String(emo.serverPid()));
    waitUntil(() => emo.serverPid() === null, 'the end of the server');
    waitUntil(() => emo.sessions().length === 2, 'the heal', 30_000);
    awaitRecord(host(), emo);
    const { stdout } = await watch.stop();
    expect(stdout.match(/: heals /g)).toHaveLength(1);
    expect(stdout).toContain(`${emo.name}: heals notes, work: the tmux server died\n`);
    for (const name of ['notes', 'work']) {
      expect(lossesOf(host(), emo, name)).toEqual([{ cause: 'server-died', killer: null }]);
    }
    expect([anca, wizard].map(worldOf)).toEqual(others);
  });
});

describe('the users of the watch', { timeout: 120_000 }, () => {
  test('who have no session yet are watched from their first one on', () => {
    const { emo, wizard } = host();
    emo.startSession('notes');
    watch.start();
    awaitRecord(host(), emo);
    wizard.startSession('first');
    awaitRecord(host(), wizard);
    wizard.killServer();
    waitUntil(() => wizard.sessions().length > 0, 'the heal', 30_000);
    expect(wizard.sessions()).toEqual(['first']);
  });

  test('are those of the roster as it is now', () => {
    const { emo, anca, wizard, writeRoster } = host();
    for (const user of [emo, anca, wizard]) user.startSession('notes');
    writeRoster(rosterOf(emo, anca));
    watch.start();
    for (const user of [emo, anca]) awaitRecord(host(), user);
    expect(recordedOf(host(), wizard, 'notes')).toBeNull();
    writeRoster(rosterOf(emo, wizard));
    awaitRecord(host(), wizard);
    wizard.killServer();
    anca.killServer();
    waitUntil(() => wizard.sessions().includes('notes'), 'the heal', 30_000);
    emo.startSession('later');
    awaitRecord(host(), emo);
    expect(anca.serverPid()).toBeNull();
    expect(recordedOf(host(), anca, 'notes')).toBe('live');
  });

  test('are treated as the settings beside a user map say now, also when those come later', () => {
    const { emo, anca, directory } = host();
    const map = join(directory, 'user-map');
    writeFileSync(map, `emo@example.org=${emo.name}\nanca@example.org=${anca.name}\n`);
    for (const user of [emo, anca]) user.startSession('notes');
    watch.start({ TMUX_PERSIST_ROSTER: map });
    for (const user of [emo, anca]) awaitRecord(host(), user);
    writeFileSync(join(directory, 'persist.yaml'), `users:\n  ${anca.name}:\n    persist: { names: ^work- }\n`);
    for (const user of [emo, anca]) user.startSession('later');
    awaitRecord(host(), emo);
    anca.startSession('work-1');
    waitUntil(() => recordedOf(host(), anca, 'work-1') === 'live', 'the record of what is kept');
    expect(recordedOf(host(), anca, 'later')).toBeNull();
  });

  test('may lose their account meanwhile: that is said, and nobody else notices', async () => {
    const { emo, others } = host();
    const [leaver = emo] = others;
    for (const user of [emo, leaver]) user.startSession('notes');
    watch.start();
    for (const user of [emo, leaver]) awaitRecord(host(), user);
    leaver.killServer();
    alterAccounts('userdel', '--force', leaver.name);
    // Another roster has it look at the accounts again.
    host().writeRoster(`${rosterOf(emo, leaver)}# changed\n`);
    emo.startSession('later');
    awaitRecord(host(), emo);
    emo.killServer();
    waitUntil(() => emo.sessions().length === 2, 'the heal', 30_000);
    expect((await watch.stop()).stdout).toContain(`${leaver.name}: has no account on this host`);
  });
});

/** Everyone has sessions that are recorded. */
function watchedUsers(): Readonly<Record<'emo' | 'anca' | 'wizard', UnixUser>> {
  const { emo, anca, wizard } = host();
  for (const name of ['notes', 'work']) emo.startSession(name);
  for (const user of [anca, wizard]) user.startSession('notes');
  watch.start();
  for (const user of [emo, anca, wizard]) awaitRecord(host(), user);
  return { emo, anca, wizard };
}
