import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { waitForFreeLock } from '../support/held-lock.ts';
import { hasLastingConnection } from '../support/listening-sockets.ts';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { causeOf, healOutcomesOf, heldOf, startWatch, stopped } from '../support/watch.ts';
import { sessionNames } from '../support/world.ts';
import { buildLimitMs } from './support/base-system.ts';
import { type Suite, suitesOfTmux } from './support/suite.ts';
import { tmuxOfSuite } from './support/tmux-of-suite.ts';

interface End {
  readonly by: string;
  /** Ends the server, whose one session is `last`. */
  readonly bring: (box: Sandbox) => void;
}

const violentEnds: readonly End[] = [
  { by: 'SIGKILL', bring: (box) => void process.kill(box.serverPid(), 'SIGKILL') },
  { by: 'SIGSEGV', bring: (box) => void process.kill(box.serverPid(), 'SIGSEGV') },
];

const orderlyEnds: readonly End[] = [
  { by: 'kill-server', bring: ({ tmux }) => void tmux('kill-server') },
  { by: 'SIGTERM', bring: (box) => void process.kill(box.serverPid(), 'SIGTERM') },
  { by: 'the exit of the last shell', bring: ({ tmux }) => void tmux('send-keys', '-t', '=last:', 'exit', 'Enter') },
  {
    by: 'SIGKILL of the last pane',
    bring: ({ tmux }) => void process.kill(Number(tmux('display-message', '-p', '#{pane_pid}')), 'SIGKILL'),
  },
];

// These servers have no login records: a private tmux writes none, as in a container or on Debian 13.
describe.each(suitesOfTmux)('with the tmux of %s, a server that ends', { timeout: buildLimitMs }, (suite) => {
  test.each(violentEnds)('by $by is server-died, and healed', async ({ bring }) => {
    const box = await boxOf(suite);
    const watch = startWatch(box);
    open(box, 'last');
    bring(box);
    waitUntil(() => box.serverCount() === 0 || healOutcomesOf(box).length > 0, 'the end of the server');
    waitUntil(() => healOutcomesOf(box).includes('created'), 'the heal');
    waitUntil(() => causeOf(box, 'last') === 'live', 'its record');
    expect(sessionNames(box)).toEqual(['last']);
    const { stdout } = await stopped(watch);
    expect(stdout).toMatch(/the tmux server, process \d+, was killed or crashed\n/);
    expect(stdout).toMatch(/: gone last \(server died\)\n/);
    expect(stdout).toMatch(/heals last: the tmux server died\n/);
  });

  test.each(orderlyEnds)('by $by is server-stopped or closed, and not healed', async ({ bring }) => {
    const box = await boxOf(suite);
    const watch = startWatch(box);
    open(box, 'last');
    bring(box);
    waitUntil(() => box.serverCount() === 0, 'the end of the server');
    waitUntil(() => causeOf(box, 'last') !== 'live', 'the record of the loss');
    expect(['server-stopped', 'closed']).toContain(causeOf(box, 'last'));
    // A later loss is healed, and this one would have been before.
    open(box, 'control');
    process.kill(box.serverPid(), 'SIGKILL');
    waitUntil(() => healOutcomesOf(box).includes('created'), 'the heal of another session');
    expect(sessionNames(box)).toEqual(['control']);
    expect(heldOf(box)).toEqual([]);
    const { stdout } = await stopped(watch);
    expect(stdout).toMatch(/the tmux server, process \d+, ended in an orderly way\n/);
    expect(stdout).not.toMatch(/heals.* last/);
  });

  /** On 3.8 such a server lingers as long as somebody waits for its end. The older ones are gone at once. */
  test('with its last session is in the way of nobody who types `tmux` in the next second', async () => {
    const box = await boxOf(suite);
    const watch = startWatch(box);
    for (const delayMs of suite === 'sid' ? [30, 300, 900] : [300]) {
      open(box, 'last');
      const pane = Number(box.tmux('display-message', '-p', '-t', '=last:', '#{pane_pid}'));
      process.kill(pane, 'SIGKILL');
      waitUntil(() => !existsSync(`/proc/${pane}`), 'the end of the last session');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      open(box, 'next');
      open(box, 'after');
      expect(sessionNames(box)).toEqual(['after', 'next']);
      expect(causeOf(box, 'next')).toBe('live');
      box.tmux('kill-server');
      waitUntil(() => box.serverCount() === 0, 'the end of the server');
      waitUntil(() => causeOf(box, 'next') !== 'live' && causeOf(box, 'after') !== 'live', 'its record');
    }
    expect((await stopped(watch)).stdout).not.toMatch(/heals/);
  });
});

async function boxOf(suite: Suite): Promise<Sandbox> {
  const searchPath = `${await tmuxOfSuite(suite)}:/usr/local/bin:/usr/bin:/bin`;
  return sandbox({ searchPath, roster: rosterOfSelf() });
}

/** Opens a session, and returns when the watch has recorded it and waits for the end of its server. */
function open(box: Sandbox, name: string): void {
  box.tmux('new-session', '-d', '-s', name, '-c', box.home);
  // A terminal that gets the number of another one within a second gives no sign for ten looks. Then its save waits
  // until the user's share of the processor allows it, which is long while three machines run beside.
  waitUntil(() => causeOf(box, name) === 'live', `a record of ${name}`, 60_000);
  // The look of a save is over when its lock is free. From then on a connection that lasts is the one that waits.
  waitForFreeLock(box);
  waitUntil(() => hasLastingConnection(box.socketPath), 'the wait for the server');
}
