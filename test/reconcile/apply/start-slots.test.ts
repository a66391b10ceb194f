import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStartSlots, type SlotRules } from '../../../src/reconcile/apply/start-slots.ts';
import { lockDirectory, startSlotPath, startTurnPath } from '../../../src/state/state-paths.ts';
import { waitUntil } from '../../support/private-tmux.ts';
import { temporaryDirectory } from '../../system/temporary-directory.ts';

describe('the slots for agents that start', () => {
  test('are all kept by a run that is alone, at no cost for a turn, until it ends', async () => {
    const stateDirectory = preparedState();
    const slots = openedSlots({ stateDirectory });
    const giveBack = await slots.take(1);
    expect(freeSlots(stateDirectory)).toEqual([]);
    giveBack();
    expect(freeSlots(stateDirectory)).toEqual([]);
    const again = settling(slots.take(2));
    await new Promise(setImmediate);
    // No process answers as soon as that, so none was asked.
    expect(again.isSettled).toBe(true);
    slots.close();
    expect(freeSlots(stateDirectory)).toEqual([1, 2]);
  });

  test('are left by a run that does not use them to one that asks', async () => {
    const stateDirectory = preparedState();
    const [one, other] = [openedSlots({ stateDirectory }), openedSlots({ stateDirectory })];
    await one.take(1);
    const taken = settling(other.take(1));
    await vi.waitUntil(() => taken.isSettled);
    expect(freeSlots(stateDirectory)).toEqual([]);
  });

  test('are never used by more than there are of them, and nobody waits for ever', async () => {
    const stateDirectory = preparedState();
    let [starting, most, done] = [0, 0, 0];
    const runs = [1, 2, 3].map(async () => {
      const slots = openedSlots({ stateDirectory });
      for (const agents of [1, 2, 1, 3]) {
        const giveBack = await slots.take(agents);
        const used = Math.min(agents, 2);
        starting += used;
        most = Math.max(most, starting);
        await delay(20);
        starting -= used;
        giveBack();
        done += 1;
      }
      slots.close();
    });
    await Promise.all(runs);
    expect([most, done]).toEqual([2, 12]);
    expect(freeSlots(stateDirectory)).toEqual([1, 2]);
  });

  test('are free again when the run that uses them is killed', async () => {
    const stateDirectory = preparedState();
    const kill = holdSlot(stateDirectory, 1);
    const taken = settling(openedSlots({ stateDirectory }).take(2));
    await delay(500);
    expect(taken.isSettled).toBe(false);
    kill();
    await vi.waitUntil(() => taken.isSettled);
  });

  test('are waited for no longer once the run is told to end, and none is kept', async () => {
    const stateDirectory = preparedState();
    holdSlot(stateDirectory, 1);
    const controller = new AbortController();
    const taking = openedSlots({ stateDirectory, signal: controller.signal }).take(2);
    const ended = taking.catch((error: unknown) => error);
    await vi.waitUntil(() => freeSlots(stateDirectory).length === 0);
    controller.abort(new Error('SIGTERM'));
    expect(await ended).toEqual(new Error('SIGTERM'));
    expect(freeSlots(stateDirectory)).toEqual([2]);
    expect(isFree(startTurnPath(stateDirectory))).toBe(true);
  });

  test('are not waited for when another run holds them and does not go on, which is told once', async () => {
    const stateDirectory = preparedState();
    holdSlot(stateDirectory, 1);
    const told: string[] = [];
    const slots = openedSlots({ stateDirectory, waitLimitMs: 600, onUnusable: (reason) => told.push(reason) });
    await slots.take(2);
    await slots.take(2);
    expect(told).toEqual(['other runs left no room for 0.6 s']);
    expect(freeSlots(stateDirectory)).toEqual([2]);
  });

  test('are done without where they cannot be used, which is told once', async () => {
    const told: string[] = [];
    const slots = openedSlots({
      stateDirectory: `${temporaryDirectory()}/missing`,
      onUnusable: (reason) => told.push(reason),
    });
    await slots.take(1);
    await slots.take(1);
    expect(told).toEqual([expect.stringContaining('no such file or directory')]);
  });
});

function preparedState(): string {
  const stateDirectory = temporaryDirectory();
  mkdirSync(lockDirectory(stateDirectory));
  return stateDirectory;
}

function openedSlots(rules: Partial<SlotRules> & Pick<SlotRules, 'stateDirectory'>) {
  const slots = openStartSlots({
    count: 2,
    onUnusable: (reason) => expect.unreachable(reason),
    signal: new AbortController().signal,
    ...rules,
  });
  onTestFinished(slots.close);
  return slots;
}

/** Another run uses a slot; returns what kills it. */
function holdSlot(stateDirectory: string, slot: number): () => void {
  const path = startSlotPath(stateDirectory, slot);
  const holder = spawn('flock', ['--no-fork', path, 'sleep', '60'], { stdio: 'ignore' });
  const kill = (): void => void holder.kill('SIGKILL');
  onTestFinished(kill);
  waitUntil(() => !isFree(path), 'a held slot');
  return kill;
}

function freeSlots(stateDirectory: string): readonly number[] {
  return [1, 2].filter((slot) => isFree(startSlotPath(stateDirectory, slot)));
}

function isFree(path: string): boolean {
  return spawnSync('flock', ['--nonblock', path, 'true'], { timeout: 5_000 }).status === 0;
}

function settling(promise: Promise<unknown>): { isSettled: boolean } {
  const settled = { isSettled: false };
  void promise.finally(() => (settled.isSettled = true));
  return settled;
}
