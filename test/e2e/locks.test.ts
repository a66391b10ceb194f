import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdersOf, newConversation } from '../support/fake-claude.ts';
import { holdLock, waitForHeldLock } from '../support/held-lock.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { waitForChild } from '../support/running-children.ts';
import { snapshotIds, storedManifest } from '../support/stored-record.ts';
import { sessionNames, stateFiles } from '../support/world.ts';

const conversationId = '10c4f000-0000-4000-8000-000000000001';

describe('a lock that another run holds', () => {
  test.each([
    ['save', '1', () => ['save']],
    ['apply', '0', () => ['apply']],
    ['restore', '0', (box: Sandbox) => ['restore', box.user]],
    ['forget', '0', (box: Sandbox) => ['forget', box.user, 'notes']],
  ])('makes %s exit 5 after a --lock-timeout of %s s, and nothing is done', (_, seconds, command) => {
    const box = withSavedSession();
    box.killServer();
    holdLock(box);
    const files = stateFiles(box);
    const refused = box.persist(...command(box), '--lock-timeout', seconds);
    expect(refused.exitCode).toBe(5);
    expect(`${refused.stdout}${refused.stderr}`).toContain(`another run held the lock for longer than ${seconds} s`);
    expect(sessionNames(box)).toEqual([]);
    expect(stateFiles(box)).toEqual(files);
  });

  test.each([
    ['no failure of a save while somebody has saved within a tick of the timer', 6, 5],
    ['a failure once nobody has for longer', 9, 4],
  ])('is %s', (_, minutes, exitCode) => {
    const box = withSavedSession();
    const heartbeat = join(box.stateDirectory, 'users', box.user, 'last-save.json');
    const ago = new Date(Date.now() - minutes * 60_000);
    writeFileSync(
      heartbeat,
      JSON.stringify({ ...JSON.parse(readFileSync(heartbeat, 'utf8')), time: ago.toISOString() }),
    );
    holdLock(box);
    const refused = box.persist('save', '--lock-timeout', '0');
    expect(refused.exitCode).toBe(exitCode);
    expect(refused.stdout.includes(', and the last save is 9 min old')).toBe(exitCode === 4);
  });

  test('is a failure, too, where it was held since before a user was ever saved', () => {
    const box = sandbox();
    holdLock(box);
    expect(box.persist('save', '--lock-timeout', '0').exitCode).toBe(5);
    const ago = Date.now() / 1000 - 9 * 60;
    utimesSync(join(box.stateDirectory, 'lock', `${box.user}.lock`), ago, ago);
    expect(box.persist('save', '--lock-timeout', '0').exitCode).toBe(4);
  });

  test('keeps nobody from plan and status, who write nothing', () => {
    const box = withSavedSession();
    holdLock(box);
    expect(box.persist('plan').exitCode).toBe(0);
    expect(box.persist('status').exitCode).toBe(0);
  });

  test('is waited for', async () => {
    const box = withSavedSession();
    const release = holdLock(box);
    const { child, result } = box.start('save', '--lock-timeout', '20');
    waitForChild(child, 'flock');
    release();
    expect(await result).toMatchObject({ exitCode: 0, stdout: `${box.user}: unchanged, 1 live\n` });
  });
});

describe('ten runs at once', () => {
  test('of save all end well and leave one record', async () => {
    const box = sandbox();
    for (const name of ['a', 'b', 'c']) box.tmux('new-session', '-d', '-s', name, '-c', box.home);
    const results = await Promise.all(Array.from({ length: 10 }, () => box.start('save').result));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(results.filter(({ stdout }) => stdout.includes(': saved '))).toHaveLength(1);
    expect(snapshotIds(box)).toHaveLength(1);
    expect(stateFiles(box).filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });

  test('of apply and save create each session and start each conversation once', async () => {
    const box = withSavedSession();
    newConversation(box, 'ai', conversationId);
    box.persist('save');
    box.killServer();
    const commands = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? 'apply' : 'save'));
    const results = await Promise.all(commands.map((command) => box.start(command).result));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(commands.map(() => 0));

    expect(sessionNames(box)).toEqual(['ai', 'notes']);
    expect(holdersOf(box, conversationId)).toBe(1);
    expect(box.serverCount()).toBe(1);
    expect(box.persist('plan', '--exit-code').exitCode).toBe(0);
    expect(storedManifest(box).sessions.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'ai live',
      'notes live',
    ]);
    expect(stateFiles(box).filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a save that is killed while it holds the lock', () => {
  test('blocks nobody afterwards and leaves the record as it was', async () => {
    const box = withSavedSession();
    const [stored, files] = [snapshotIds(box), stateFiles(box)];
    const server = box.serverPid();
    process.kill(server, 'SIGSTOP');
    const { child, result } = box.start('save');
    waitForHeldLock(box);
    child.kill('SIGKILL');
    await result;
    process.kill(server, 'SIGCONT');

    expect(stateFiles(box)).toEqual(files);
    expect(box.persist('save', '--lock-timeout', '0').exitCode).toBe(0);
    expect(snapshotIds(box)).toEqual(stored);
  });
});

function withSavedSession(): Sandbox {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  box.persist('save');
  return box;
}
