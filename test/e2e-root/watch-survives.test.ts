import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readHeals } from '../../src/state/heals.ts';
import { waitFor } from '../host/support/wait-for.ts';
import { waitUntil } from '../support/private-tmux.ts';
import { seededRandom } from '../support/storm/seeded-random.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { awaitRecord, rootWatch, worldOf } from './root-watch.ts';
import { sharedHost } from './shared-host.ts';

/** Another round of the watch's deaths: STORM_SEED, as a failure names it. */
const seed = Number(process.env['STORM_SEED'] ?? 5);

const host = sharedHost();
const mounted: string[] = [];
afterEach(() => {
  for (const path of mounted.splice(0)) execFileSync('umount', ['--lazy', path]);
});
const watch = rootWatch(host);

describe('a full disk', { timeout: 150_000 }, () => {
  test('is told, ends nothing, and what was lost meanwhile comes back when there is space again', async () => {
    const { emo, stateDirectory } = host();
    mkdirSync(stateDirectory, { mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', stateDirectory]);
    mounted.push(stateDirectory);
    for (const name of ['notes', 'work']) emo.startSession(name);
    watch.start();
    awaitRecord(host(), emo);
    const filler = join(stateDirectory, 'filler');
    fill(filler);
    emo.killServer();
    emo.startSession('fresh');
    const fresh = worldOf(emo);
    await waitFor(() => watch.said().includes(`${emo.name}: an ending was not kept: `), 20_000, 'that it is told');
    const notSaved = new RegExp(`${emo.name}: not saved: `);
    await waitFor(() => notSaved.test(watch.said()), 20_000, 'that the loss is not saved');
    expect(watch.said()).not.toMatch(/ heals /);
    expect(worldOf(emo)).toEqual(fresh);
    rmSync(filler);
    // The save is tried again every ten seconds.
    waitUntil(() => emo.sessions().length === 3, 'the heal', 100_000);
    awaitRecord(host(), emo);
    expect(emo.sessions()).toEqual(['fresh', 'notes', 'work']);
    expect(worldOf(emo)).toEqual(expect.arrayContaining([fresh[0]]));
    await watch.stop();
  });
});

describe('a watch that is killed while it heals', { timeout: 170_000 }, () => {
  test(`creates nothing twice after its next start, wherever it was (STORM_SEED=${seed})`, async () => {
    const random = seededRandom(seed);
    const users = [host().emo, host().anca, host().wizard];
    for (const user of users) for (const name of ['code', 'notes', 'work']) user.startSession(name);
    watch.start();
    for (const user of users) awaitRecord(host(), user);
    for (const user of users) user.killServer();
    waitUntil(() => users.some((user) => isBegun(user)), 'the first heal', 30_000);
    for (let deaths = 0; deaths < 4; deaths += 1) {
      const [startedMs, lifeMs] = [performance.now(), random.below(600)];
      waitUntil(() => performance.now() - startedMs > lifeMs, 'the moment');
      await watch.kill();
      watch.start();
    }
    waitUntil(() => users.every((user) => isSettled(user)), 'the end of all heals', 30_000);
    for (const user of users) {
      // What a death cut off is not tried again within the hour: it waits for an apply.
      expect(new Set(user.sessions()).size).toBe(user.sessions().length);
      expect(['code', 'notes', 'work']).toEqual(expect.arrayContaining([...user.sessions()]));
    }
    await watch.stop();
    expect(host().persist('apply').exitCode).toBe(0);
    for (const user of users) expect(user.sessions()).toEqual(['code', 'notes', 'work']);
    expect(host().persist('plan', '--exit-code').exitCode).toBe(0);
  });
});

function isBegun({ name }: UnixUser): boolean {
  return readHeals(host().stateDirectory, name).heals.length > 0;
}

/** Each session was tried once. */
function isSettled({ name }: UnixUser): boolean {
  return new Set(readHeals(host().stateDirectory, name).heals.map((heal) => heal.name)).size === 3;
}

function fill(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(8 * 1024 * 1024));
  } catch {
    // The disk is full.
  }
}
