import { describe, expect, test } from 'vitest';
import { holdLock, waitForHeldLock } from '../support/held-lock.ts';
import { sandbox, type Sandbox } from '../support/persist-sandbox.ts';
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
