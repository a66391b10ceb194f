import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { panesOf } from '../../src/core/manifest.ts';
import { readNewestValid } from '../../src/state/snapshot-store.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { waitForChild } from '../support/running-children.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { type HangingDirectory, mountHanging } from './hanging-directory.ts';
import { rosterOf, sharedHost } from './shared-host.ts';
import { agentsOf, heldBy, type UserAgents } from './user-agents.ts';

/** Of whom all but one are hostile. */
const crowd = 9;
const host = sharedHost({ others: crowd });

/** The time limit of one user's files is 5 s; without it the program would wait for as long as the home hangs. */
const limitMs = 9_000;

describe('a user whose home hangs', { timeout: 60_000 }, () => {
  test('is unknown and keeps the record, and delays the saves of nobody else for longer than the limit', () => {
    const { emo, anca, wizard, persist } = host();
    const { home, emosId, ancasId } = savedWithAgents();
    home.hang();
    anca.tmux('new-session', '-d', '-s', 'later');
    wizard.startSession('first');

    const { exitCode, stdout, stderr, tookMs } = timed(() => persist('save'));

    expect(exitCode).toBe(4);
    expect(`${stdout}${stderr}`).toContain("the user's files could not be read within 5 s");
    expect(tookMs).toBeLessThan(limitMs);
    expect(heldBy(host(), emo)).toEqual({ notes: emosId });
    expect(heldBy(host(), anca)).toEqual({ notes: ancasId, later: 'shell' });
    expect(heldBy(host(), wizard)).toEqual({ first: 'shell' });

    home.answer();
    expect(persist('save')).toMatchObject({ exitCode: 0 });
    expect(heldBy(host(), emo)).toEqual({ notes: emosId });
  });

  test('keeps no run from obeying SIGTERM, and from giving all locks back', async () => {
    const { launch, persist } = host();
    const { home } = savedWithAgents();
    home.hang();
    const { child, result } = launch('save');
    waitForChild(child, 'node');
    const before = performance.now();
    child.kill('SIGTERM');

    expect(await result).toMatchObject({ exitCode: 143, stderr: 'tmux-persist: terminated\n' });
    expect(performance.now() - before).toBeLessThan(2_000);
    home.answer();
    expect(persist('save', '--lock-timeout', '0')).toMatchObject({ exitCode: 0 });
  });

  test('has the sessions back that are elsewhere, and those of a directory that hangs, beside it', () => {
    const { emo, directory, persist } = host();
    const place = join(directory, 'far');
    mkdirSync(place, { recursive: true });
    const far = mountHanging(place, emo);
    onTestFinished(far.remove);
    for (const [name, at] of [
      ['here', emo.home],
      ['there', place],
    ]) {
      emo.tmux('new-session', '-d', '-s', name ?? '', '-c', at ?? '');
    }
    expect(persist('save', '--user', emo.name)).toMatchObject({ exitCode: 0 });
    emo.killServer();
    far.hang();

    const { stdout, exitCode, tookMs } = timed(() => persist('apply', '--user', emo.name));

    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(limitMs);
    expect(emo.sessions()).toEqual(['here', 'there']);
    expect(stdout).toContain(`created here in ~, shell\n`);
    expect(stdout).toContain(`it starts in ${emo.home}, because ${place} does not answer`);
  });

  test('does not keep the sessions of the others from coming back', () => {
    const { emo, anca, persist } = host();
    const { home, emos, emosId } = savedWithAgents();
    emos.kill();
    anca.killServer();
    home.hang();

    const { exitCode, tookMs } = timed(() => persist('apply'));

    expect(exitCode).toBe(1);
    expect(tookMs).toBeLessThan(2 * limitMs);
    expect(anca.sessions()).toEqual(['notes']);
    home.answer();
    expect(persist('apply')).toMatchObject({ exitCode: 0 });
    expect(emo.sessions()).toEqual(['notes']);
    expect(emos.runningArgs()).toEqual({ notes: ['--resume', emosId] });
  });
});

describe('a user whose pane is in a hung directory', { timeout: 60_000 }, () => {
  test('that is called as the kernel marks a removed one holds up nobody, and is saved', () => {
    const { emo, anca, persist } = host();
    emo.run('mkdir', '-p', join(emo.home, 'files'));
    const files = mountHanging(join(emo.home, 'files'), emo);
    onTestFinished(files.remove);
    const directory = join(emo.home, 'files', 'x (deleted)');
    emo.run('mkdir', directory);
    emo.tmux('new-session', '-d', '-s', 'odd', '-c', directory);
    anca.startSession('notes');
    waitUntil(
      () => emo.tmux('display-message', '-p', '-t', '=odd:', '#{pane_current_path}').trim() === directory,
      'it',
    );
    files.hang();

    const { exitCode, tookMs } = timed(() => persist('save'));

    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(limitMs);
    expect(heldBy(host(), anca)).toEqual({ notes: 'shell' });
    expect(directoriesOf(emo)).toEqual([directory]);
  });
});

describe('many users whose files hang', { timeout: 90_000 }, () => {
  test('keep nobody else from being saved, all of them together hardly longer than a few', () => {
    const { anca, emo, others, directory, writeRoster } = host();
    const [honest = anca, ...hostile] = [...others].toReversed();
    const shared = join(directory, 'shared');
    mkdirSync(shared);
    const files = mountHanging(shared, emo);
    onTestFinished(files.remove);
    for (const user of hostile) startAgent(user, { CLAUDE_CONFIG_DIR: shared });
    startAgent(honest, {});
    writeRoster(rosterOf(...hostile, honest));
    expect(host().persist('save')).toMatchObject({ exitCode: 0 });
    honest.startSession('later');
    files.hang();

    const { exitCode, stderr, tookMs } = timed(() => host().persist('save'));

    expect(exitCode).toBe(4);
    for (const { name } of hostile)
      expect(stderr).toContain(`${name}: tmux is unknown: the user's files could not be read`);
    expect(Object.keys(heldBy(host(), honest))).toEqual(['agent', 'later']);
    // One after the other they took 5 s each.
    expect(tookMs).toBeLessThan(3 * 5_000 + 4_000);
  });
});

/** A session with a program that is called as Claude Code is, and does nothing. */
function startAgent(user: UnixUser, env: Readonly<Record<string, string>>): void {
  const program = join(user.home, 'claude');
  user.run('cp', '/bin/sleep', program);
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  user.startSession('agent', 'env', ...assignments, program, '1000');
}

/** Where the panes of the newest record are. */
function directoriesOf({ name }: UnixUser): readonly string[] {
  const sessions = readNewestValid(host().stateDirectory, name).newest?.manifest.sessions ?? [];
  return sessions.flatMap((session) => panesOf(session).map(({ cwd }) => cwd));
}

/** Emo, whose home can be made to hang, and anca run an agent each, and that is recorded. */
function savedWithAgents(): {
  readonly home: HangingDirectory;
  readonly emos: UserAgents;
  readonly emosId: string;
  readonly ancasId: string;
} {
  const { emo, anca, persist } = host();
  const home = mountHanging(emo.home, emo);
  onTestFinished(home.remove);
  const [emos, ancas] = [agentsOf(emo), agentsOf(anca)];
  for (const { start } of [emos, ancas]) start('notes');
  const emosId = emos.say('notes', 'words of emo');
  const ancasId = ancas.say('notes', 'words of anca');
  expect(persist('save')).toMatchObject({ exitCode: 0 });
  return { home, emos, emosId, ancasId };
}

function timed<Result extends object>(work: () => Result): Result & { readonly tookMs: number } {
  const before = performance.now();
  const result = work();
  return { ...result, tookMs: performance.now() - before };
}
