import { describe, expect, test } from 'vitest';
import { agentBox } from '../support/agent-box.ts';
import { holdLock, waitForHeldLock } from '../support/held-lock.ts';
import { rosterOfSelf, sandbox, type Sandbox } from '../support/persist-sandbox.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { waitForChild } from '../support/running-children.ts';
import { snapshotIds } from '../support/stored-record.ts';
import { sessionNames, stateFiles } from '../support/world.ts';

const signals = [
  ['SIGINT', 130, 'tmux-persist: interrupted\n'],
  ['SIGTERM', 143, 'tmux-persist: terminated\n'],
] as const;

describe.each(signals)('%s', (signal, exitCode, words) => {
  test.each(['save', 'apply'])(
    `ends %s with ${exitCode} while it waits for a lock, and nothing is done`,
    async (command) => {
      const box = withLostSession();
      holdLock(box);
      const files = stateFiles(box);
      const { child, result } = box.start(command);
      waitForChild(child, 'flock');
      const before = performance.now();
      child.kill(signal);
      expect(await result).toEqual({ exitCode, stdout: '', stderr: words });
      expect(performance.now() - before).toBeLessThan(2_000);
      expect(sessionNames(box)).toEqual([]);
      expect(stateFiles(box)).toEqual(files);
    },
  );

  test(`ends a save with ${exitCode} while a hung server is asked, and the record stays`, async () => {
    const box = sandbox();
    box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
    box.persist('save');
    const stored = snapshotIds(box);
    process.kill(box.serverPid(), 'SIGSTOP');
    const { child, result } = box.start('save');
    waitForHeldLock(box);
    const before = performance.now();
    child.kill(signal);
    expect(await result).toEqual({ exitCode, stdout: '', stderr: words });
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(snapshotIds(box)).toEqual(stored);
  });
});

function withLostSession(): Sandbox {
  const box = sandbox();
  box.tmux('new-session', '-d', '-s', 'notes', '-c', box.home);
  box.persist('save');
  box.killServer();
  return box;
}

describe.each(signals)('%s while agents take turns to start', (signal, exitCode, words) => {
  test(`ends an apply with ${exitCode} and one line, and the next one makes it whole`, async () => {
    const box = agentBox({ roster: rosterOfSelf('persist:\n  start:\n    agents_at_once: 1\n') });
    const cwd = box.box.directory('code');
    for (const session of ['a', 'b', 'c']) box.start(session, { cwd });
    const ids = ['a', 'b', 'c'].map((session) => box.say(session, `words of ${session}`));
    box.save();
    box.kill();
    box.fake.configure({ registrationDelayMs: 2_000 });
    const before = box.fake.starts().length;

    const { child, result } = box.box.start('apply');
    waitUntil(() => box.fake.starts().length > before, 'the first agent');
    child.kill(signal);

    expect(await result).toMatchObject({ exitCode, stderr: words });
    box.fake.configure({});
    expect(box.apply().exitCode).toBe(0);
    expect(box.runningArgs()).toEqual({
      a: ['--resume', ids[0]],
      b: ['--resume', ids[1]],
      c: ['--resume', ids[2]],
    });
  });
});
