import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askServer } from '../../src/tmux/ask-server.ts';
import { capturePane } from '../../src/tmux/call-tmux.ts';
import { createSessions } from '../../src/tmux/create-sessions.ts';
import { listServer } from '../../src/tmux/list-server.ts';
import { privateTmux, type PrivateTmux } from '../support/private-tmux.ts';
import { oneWindow, plain, requestOf, sessionsOf } from '../tmux/session-requests.ts';
import { buildLimitMs } from './support/base-system.ts';
import { type Suite, suites } from './support/suite.ts';
import { tmuxOfSuite } from './support/tmux-of-suite.ts';

const options = { timeoutMs: 5_000 };

/** A malformed message kills a server before 3.6: what we send is tried on each before it ever meets a person's. */
describe.each(suites)('the tmux of %s', { timeout: buildLimitMs }, (suite) => {
  test('is started, asked and given sessions in its own protocol, and lives on', async () => {
    const { target, tmux, directory, serverPids } = await tmuxOf(suite);
    const names = ['notes', 'café 1', '=5', 'R730-cooling'];
    const panes = [false, true, false].map((active) => ({ active, title: '', cwd: directory, command: null }));
    const requests = names.map((name) => ({ ...plain(name), windows: [oneWindow({ index: 3, active: true, panes })] }));

    const results = await createSessions(target, requests, { ...options, live: null });
    expect(results.map(({ outcome }) => outcome)).toEqual(names.map(() => 'created'));
    const [pid] = serverPids();
    for (let round = 0; round < 50; round += 1) {
      const listing = await listServer(target);
      if (listing.kind !== 'listed') throw new Error(listing.kind === 'unknown' ? listing.reason : listing.kind);
      expect(listing.server?.pid).toBe(pid);
      const seen = listing.sessions.map(({ name, windows }) => [name, windows.map((one) => one.panes.length)]);
      expect(seen).toEqual(names.map((name) => [name, [3]]));
    }
    const told = await answerOf(target, ['display-message', '-p', '-t', '=notes:', 'é\t#{session_name}']);
    expect(told).toMatchObject({ exitCode: 0, stdout: 'é\tnotes\n', stderr: '' });
    expect(await answerOf(target, ['has-session', '-t', '=none'])).toMatchObject({ exitCode: 1, failure: null });

    tmux('send-keys', '-t', '=notes:', '-l', 'echo marked by a person');
    const pane = tmux('display-message', '-p', '-t', '=notes:', '#{pane_id}').trim();
    await expect.poll(() => capturePane(target, pane, options)).toContainEqual(expect.stringContaining('marked by'));
    expect(serverPids()).toEqual([pid]);
    expect(tmux('list-clients')).toBe('');
  });

  test('gets panes back in their sizes, whatever it writes of them', async () => {
    const { target, tmux, killServer } = await tmuxOf(suite);
    tmux('new-session', '-d', '-s', 'sized', '-x', '200', '-y', '50');
    tmux('split-window', '-h', '-t', '=sized:');
    tmux('split-window', '-t', '=sized:');
    tmux('resize-pane', '-t', '=sized:.0', '-x', '149');
    tmux('resize-pane', '-t', '=sized:.2', '-y', '10');
    const panes = (): string => tmux('list-panes', '-t', '=sized:', '-F', '#{pane_width}x#{pane_height}');
    const [before, sessions] = [panes(), await sessionsOf(target)];
    expect(before).toBe('149x50\n50x39\n50x10\n');
    killServer();

    expect(await createSessions(target, sessions.map(requestOf), { ...options, live: null })).toEqual([
      { outcome: 'created', tmuxId: '$0', notes: [] },
    ]);
    expect(panes()).toBe(before);
  });

  test('ends in an orderly way while it is waited for, and tells so', async () => {
    const { target, tmux, serverPids } = await tmuxOf(suite);
    tmux('new-session', '-d', '-s', 'here');
    const waiting = askServer(target, ['wait-for', 'nobody-signals-it'], options);
    await expect.poll(() => answerOf(target, ['list-sessions'])).toMatchObject({ exitCode: 0 });
    tmux('kill-server');
    const end = await waiting;
    expect(end).toMatchObject({ kind: 'answered', result: { failure: null } });
    expect(end).not.toMatchObject({ result: { stderr: expect.stringContaining('unexpectedly') } });
    // Not by blocking: the server waits for its client to hang up.
    await expect.poll(() => serverPids().length, { timeout: 5_000 }).toBe(0);
  });

  test('takes more than one message of input', async () => {
    const { target, tmux } = await tmuxOf(suite);
    tmux('new-session', '-d', '-s', 'here');
    const lines = Array.from({ length: 1_500 }, (_, at) => `set-option -g @line-${at} '${'x'.repeat(60)}'\n`);
    const answer = await answerOf(target, ['source-file', '-'], lines.join(''));
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    expect(tmux('show-options', '-gv', '@line-1499')).toBe(`${'x'.repeat(60)}\n`);
  });
});

async function tmuxOf(suite: Suite): Promise<PrivateTmux> {
  const searchPath = await tmuxOfSuite(suite);
  expect(existsSync(join(searchPath, 'tmux'))).toBe(true);
  return privateTmux({ searchPath: `${searchPath}:/usr/bin:/bin` });
}

async function answerOf(target: PrivateTmux['target'], words: readonly string[], input?: string) {
  const answer = await askServer(target, words, { ...options, ...(input === undefined ? {} : { input }) });
  if (answer.kind !== 'answered') throw new Error(answer.what);
  return answer.result;
}
