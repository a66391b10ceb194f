import { chmodSync, chownSync, existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { plannedFor, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

describe('a user whose tmux cannot be observed', () => {
  test('with a stopped server holds nobody else up: the others are saved and restored in the same run, within a time limit', () => {
    const { emo, anca, wizard, persist, plan } = savedHost();
    stop(emo);
    anca.killServer();
    wizard.startSession('later');

    const before = performance.now();
    const saved = persist('save');
    expect(performance.now() - before).toBeLessThan(12_000);
    expect(saved.exitCode).toBe(4);
    expect(saved.stdout).toMatch(
      new RegExp(
        `^${emo.name}: not saved: tmux did not answer within 5 s\\n` +
          `${anca.name}: saved \\S+, 0 live, 1 gone\\n${wizard.name}: saved \\S+, 2 live\\n$`,
      ),
    );
    expect(saved.stderr).toContain(`${emo.name}: tmux is unknown: tmux did not answer within 5 s`);

    expect(persist('apply')).toMatchObject({ exitCode: 4 });
    expect(anca.sessions()).toEqual(['notes']);

    process.kill(serverOf(emo), 'SIGCONT');
    expect(emo.sessions()).toEqual(['notes']);
    expect(persist('save').exitCode).toBe(0);
    expect(plannedFor(plan('--user', emo.name))).toEqual([`${emo.name}: live notes`]);
  });

  test.each([
    ['belongs to another user', (directory: string, { anca }: SharedHost) => chownSync(directory, anca.uid, anca.gid)],
    ['is closed to its owner', (directory: string) => chmodSync(directory, 0o000)],
    ['is open to everyone', (directory: string) => chmodSync(directory, 0o777)],
  ])('has neither lost nor kept anything while their socket directory %s', (_case, spoil) => {
    const damaged = savedHost();
    const { emo, anca, persist, plan } = damaged;
    const directory = dirname(emo.socketPath);
    spoil(directory, damaged);
    anca.killServer();

    const document = plan();
    expect(document).toMatchObject({ complete: false, pending: true });
    expect(document.users[0]).toMatchObject({ observation: 'unknown', actions: [] });
    expect(persist('save')).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(`${emo.name}: not saved: `) });
    expect(persist('restore')).toMatchObject({ exitCode: 4 });
    expect(anca.sessions()).toEqual(['notes']);

    chownSync(directory, emo.uid, emo.gid);
    chmodSync(directory, 0o700);
    expect(plannedFor(plan('--user', emo.name))).toEqual([`${emo.name}: live notes`]);
  });

  test('is told how to get at a living server whose socket was removed, and gets no second one', () => {
    const { emo, anca, persist } = savedHost();
    const pid = serverOf(emo);
    rmSync(emo.socketPath);
    const restored = persist('restore');
    expect(restored.exitCode).toBe(4);
    expect(restored.stderr).toContain(`make it again with: kill -USR1 ${pid}`);
    expect(existsSync(emo.socketPath)).toBe(false);
    expect(emo.serverPid()).toBe(pid);
    expect(anca.sessions()).toEqual(['notes']);

    process.kill(pid, 'SIGUSR1');
    waitUntil(() => existsSync(emo.socketPath), 'the socket');
    expect(persist('save').exitCode).toBe(0);
    expect(emo.sessions()).toEqual(['notes']);
  });

  test('fails no other when their own sessions can only fail: asked for alone they are incomplete, too', () => {
    const { emo, persist } = savedHost();
    chmodSync(dirname(emo.socketPath), 0o000);
    expect(persist('status', '--user', emo.name)).toMatchObject({ exitCode: 4 });
    expect(persist('restore', emo.name)).toMatchObject({ exitCode: 4 });
    chmodSync(dirname(emo.socketPath), 0o700);
  });
});

/** Each user runs `notes`, and that is recorded. */
function savedHost(): SharedHost {
  const saved = host();
  for (const user of [saved.emo, saved.anca, saved.wizard]) user.startSession('notes');
  expect(saved.persist('save').exitCode).toBe(0);
  return saved;
}

function stop(user: UnixUser): void {
  process.kill(serverOf(user), 'SIGSTOP');
}

function serverOf({ name, serverPid }: UnixUser): number {
  const pid = serverPid();
  if (pid === null) throw new Error(`${name} runs no tmux server`);
  return pid;
}
