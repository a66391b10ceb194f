import { chmodSync, chownSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { plannedFor, sharedHost, type SharedHost } from './shared-host.ts';

const host = sharedHost();

describe('a user whose tmux cannot be observed', () => {
  test('because its server is stopped holds up nobody: the others are restored and saved in the same run, in bounded time', () => {
    const { emo, anca, wizard, persist, plan, stateDirectory } = savedHost();
    const recorded = recordOf(stateDirectory, emo);
    process.kill(serverOf(emo), 'SIGSTOP');
    anca.killServer();
    wizard.startSession('later');

    const before = performance.now();
    const applied = persist('apply');
    expect(performance.now() - before).toBeLessThan(9_000);
    expect(applied.exitCode).toBe(4);
    expect(applied.stderr).toContain(`${emo.name}: tmux is unknown: tmux did not answer within 5 s`);
    expect(applied.stdout).toBe(
      `${emo.name}: nothing done: tmux did not answer within 5 s\n${anca.name}: created notes in ~, shell\n` +
        'Applied: 1 created, 0 failed; 0 held, 2 live; incomplete: 1 user could not be observed.\n',
    );
    expect(anca.sessions()).toEqual(['notes']);
    expect(persist('show', wizard.name, '--tsv').stdout).toMatch(/^later\t/);
    expect(recordOf(stateDirectory, emo)).toEqual(recorded);

    process.kill(serverOf(emo), 'SIGCONT');
    expect(emo.sessions()).toEqual(['notes']);
    expect(plannedFor(plan('--user', emo.name))).toEqual([`${emo.name}: live notes`]);
  });

  test.each([
    ['belongs to another user', (directory: string, { anca }: SharedHost) => chownSync(directory, anca.uid, anca.gid)],
    ['is open to everyone', (directory: string) => chmodSync(directory, 0o777)],
  ])('loses nothing while the socket directory %s', (_case, spoil) => {
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

  test.each([
    ['open to everyone', (directory: string) => chmodSync(directory, 0o777), /^runuser --pty -u \S+ -- chmod 700 \S+$/],
    [
      'somebody else’s',
      (directory: string, { anca }: SharedHost) => chownSync(directory, anca.uid, anca.gid),
      /^mv -T \S+ \S+\.old$/,
    ],
  ])('is told what helps where the socket directory is %s, which follows no link as root', (_case, spoil, expected) => {
    const saved = savedHost();
    spoil(dirname(saved.emo.socketPath), saved);
    const { stdout, exitCode } = saved.persist('doctor');
    expect(exitCode).toBe(1);
    const lines = stdout.split('\n');
    const at = lines.findIndex((line) => line.includes(`user ${saved.emo.name}: tmux is unknown: `));
    expect(lines[at + 1]?.trim().replace(/^mend: /, '')).toMatch(expected);
  });

  test('is looked at all the same while the socket directory is closed to its owner', () => {
    const { emo, persist } = savedHost();
    chmodSync(dirname(emo.socketPath), 0o000);
    const saved = persist('save');
    chmodSync(dirname(emo.socketPath), 0o700);
    expect(saved).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${emo.name}: unchanged, 1 live\n`) });
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

  test('makes status and restore of that user alone incomplete, too', () => {
    const { emo, persist } = savedHost();
    chmodSync(dirname(emo.socketPath), 0o777);
    expect(persist('status', '--user', emo.name).exitCode).toBe(4);
    expect(persist('restore', emo.name).exitCode).toBe(4);
  });
});

/** Each user runs `notes`, and that is recorded. */
function savedHost(): SharedHost {
  const saved = host();
  for (const user of [saved.emo, saved.anca, saved.wizard]) user.startSession('notes');
  expect(saved.persist('save').exitCode).toBe(0);
  return saved;
}

function recordOf(stateDirectory: string, { name }: UnixUser): readonly string[] {
  return readdirSync(join(stateDirectory, 'users', name, 'snapshots'));
}

function serverOf({ name, serverPid }: UnixUser): number {
  const pid = serverPid();
  if (pid === null) throw new Error(`${name} runs no tmux server`);
  return pid;
}
