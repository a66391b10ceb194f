import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox, type PersistResult, type Sandbox } from '../support/persist-sandbox.ts';
import { snapshotFile, snapshotIds, storedHeartbeat, storedManifest } from '../support/stored-record.ts';
import { sessionNames } from '../support/world.ts';

describe('a tmux server that does not answer', () => {
  test('is unknown within its time limit: save and plan exit 4, say why, and leave the record as it was', async () => {
    const box = withSavedSession();
    const [stored, text] = [snapshotIds(box), readFileSync(snapshotFile(box), 'utf8')];
    process.kill(box.serverPid(), 'SIGSTOP');
    const before = performance.now();
    const [saved, planned, doctor] = await Promise.all(
      [['save'], ['plan', '--json', '--all', '--exit-code'], ['doctor']].map((args) => box.start(...args).result),
    );
    expect(performance.now() - before).toBeLessThan(10_000);

    expect(saved).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('not saved: tmux did not answer within 5 s'),
    });
    expect(planned?.exitCode).toBe(4);
    expect(JSON.parse(planned?.stdout ?? '')).toMatchObject({
      complete: false,
      pending: false,
      users: [{ observation: 'unknown', reason: 'tmux did not answer within 5 s', actions: [] }],
    });
    expect(doctor).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('tmux is unknown') });

    expect(snapshotIds(box)).toEqual(stored);
    expect(readFileSync(snapshotFile(box), 'utf8')).toBe(text);
    expect(storedHeartbeat(box)).toMatchObject({ result: 'unknown', lastGood: { snapshot: stored[0] } });
  });
});

describe('a living server without its socket file', () => {
  test('is unknown, never absent: nothing is recorded or created, and the signal that mends it is named', () => {
    const box = withSavedSession();
    const pid = box.serverPid();
    rmSync(box.socketPath);

    const hint = `make it again with: kill -USR1 ${pid}`;
    for (const command of [['plan'], ['apply', '--all'], ['restore'], ['save'], ['status']]) {
      const result = box.persist(...command);
      expect(result.exitCode).toBe(4);
      expect(printed(result)).toContain(hint);
    }
    expect(box.persist('doctor').stdout).toContain(`kill -USR1 ${pid}`);
    expect(box.serverPid()).toBe(pid);
    expect(storedManifest(box).sessions.map(({ state }) => state)).toEqual(['live']);

    process.kill(pid, 'SIGUSR1');
    expect.soft(box.persist('plan', '--exit-code').exitCode).toBe(0);
  });
});

describe('a socket directory that tmux refuses', () => {
  test('is unknown: nothing is recorded as gone, and tmux is quoted', () => {
    const box = withSavedSession();
    const directory = dirname(box.socketPath);
    chmodSync(directory, 0o777);
    const saved = box.persist('save');
    chmodSync(directory, 0o700);
    expect(saved.exitCode).toBe(4);
    expect(printed(saved)).toContain('unsafe permissions');
    expect(storedManifest(box).sessions.map(({ state }) => state)).toEqual(['live']);
  });
});

describe('a tmux that cannot be run', () => {
  test('is not needed to look at a server that runs, and what to do is said where one is to be started', () => {
    const box = withSavedSession();
    const none = { PATH: '/nonexistent' };
    expect(box.persistIn(none, 'plan')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(box.persistIn(none, 'save')).toMatchObject({ exitCode: 0, stderr: '' });
    box.killServer();
    const applied = box.persistIn(none, 'apply');
    expect(applied.exitCode).toBe(1);
    expect(printed(applied)).toContain('tmux was not found');
    expect(box.persist('apply').exitCode).toBe(0);
    expect(sessionNames(box)).toEqual(['notes']);
  });
});

function withSavedSession(): Sandbox {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  box.persist('save');
  return box;
}

function printed({ stdout, stderr }: PersistResult): string {
  return `${stdout}${stderr}`;
}
