import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '../support/private-tmux.ts';
import { storedSessionsOf } from '../support/stored-record.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { sharedHost, type SharedHost } from './shared-host.ts';
import { withinOneTimeLimit } from './within-one-time-limit.ts';

type Placing = readonly [what: string, place: (path: string, victim: UnixUser) => void];

const inPlaceOfSocket: readonly Placing[] = [
  ['a FIFO', (path) => void execFileSync('mkfifo', [path])],
  ['a regular file', (path) => writeFileSync(path, 'not a socket')],
  ['a directory', (path) => mkdirSync(path)],
  ['a link to another user’s socket', (path, victim) => symlinkSync(victim.socketPath, path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a link to a file of root', (path) => symlinkSync('/etc/shadow', path)],
];

const inPlaceOfDirectory: readonly Placing[] = [
  ['a link to another user’s', (path, victim) => symlinkSync(dirname(victim.socketPath), path)],
  ['a link to /tmp', (path) => symlinkSync('/tmp', path)],
  ['a file', (path) => writeFileSync(path, '')],
];

const host = sharedHost({ others: inPlaceOfSocket.length + inPlaceOfDirectory.length - 1 });

test(
  'whatever users put in the place of their sockets troubles nobody else, and loses nothing',
  { timeout: 90_000 },
  () => {
    const { emo, anca, wizard, others, stateDirectory } = savedHost();
    const hostile = [emo, ...others];
    const placings = [...inPlaceOfSocket, ...inPlaceOfDirectory];
    hostile.forEach((user, at) => {
      const [what, place] = placings[at] ?? failure();
      user.killServer();
      const path = inPlaceOfSocket.some(([other]) => other === what) ? user.socketPath : dirname(user.socketPath);
      rmSync(path, { recursive: true });
      place(path, anca);
    });
    const before = worldOf(anca);
    wizard.startSession('later');

    const saved = withinOneTimeLimit(host(), 'save');
    const applied = withinOneTimeLimit(host(), 'apply');

    expect(saved.exitCode).toBe(4);
    expect(applied.exitCode).toBe(4);
    expect(saved.stdout).toMatch(new RegExp(`^${wizard.name}: saved \\S+, 2 live$`, 'm'));
    expect(worldOf(anca)).toEqual(before);
    for (const { name } of hostile) expect(storedSessionsOf(stateDirectory, name)).toEqual(['notes']);
  },
);

test(
  'a user who never lets go of the lock by which tmux starts a server keeps nobody else waiting',
  { timeout: 60_000 },
  async () => {
    const { emo, anca, persist, start } = savedHost();
    emo.killServer();
    anca.killServer();
    // One process: runuser would be another, and its end would let go of nothing.
    const holder = spawn('flock', ['--no-fork', `${emo.socketPath}.lock`, 'sleep', '100'], {
      uid: emo.uid,
      gid: emo.gid,
      stdio: 'ignore',
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    waitUntil(() => isLocked(`${emo.socketPath}.lock`), 'the held lock');

    const applied = start('apply');
    waitUntil(() => anca.sessions().length === 1, 'the session of anca', 30_000);
    expect(persist('save', '--user', anca.name, '--lock-timeout', '20').exitCode).toBe(0);
    holder.kill('SIGKILL');
    await applied;
    // The server that waited for the lock comes up now, or its start was given up before: the next run does what is left.
    waitUntil(() => persist('apply', '--user', emo.name).exitCode === 0, 'what emo lost');
    expect(emo.sessions()).toEqual(['notes']);
  },
);

/** Everyone runs `notes`, and that is recorded. */
function savedHost(): SharedHost {
  const saved = host();
  for (const user of [saved.emo, saved.anca, saved.wizard, ...saved.others]) user.startSession('notes');
  expect(saved.persist('save').exitCode).toBe(0);
  return saved;
}

function worldOf({ tmux, serverPid }: UnixUser): readonly unknown[] {
  return [serverPid(), tmux('list-panes', '-a', '-F', '#{session_name} #{pane_id} #{pane_pid}')];
}

function failure(): never {
  throw new Error('there are more users than ways to be hostile');
}

function isLocked(path: string): boolean {
  try {
    execFileSync('flock', ['--nonblock', path, 'true'], { stdio: 'ignore', timeout: 5_000 });
    return false;
  } catch {
    return true;
  }
}
