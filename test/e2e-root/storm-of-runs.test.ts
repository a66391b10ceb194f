import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { readNewestValid, readSnapshots } from '../../src/state/snapshot-store.ts';
import type { PersistResult } from '../support/persist-sandbox.ts';
import { seededRandom } from '../support/storm/seeded-random.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { rosterOf, sharedHost } from './shared-host.ts';

const host = sharedHost({ others: 7 });
const patient = ['--lock-timeout', '150'];

/** Another storm: STORM_SEED, as a failure names it; a longer one: STORM_SECONDS. */
const seed = Number(process.env['STORM_SEED'] ?? 3);
const seconds = Number(process.env['STORM_SECONDS'] ?? 5);

describe('twenty runs at once', { timeout: 180_000 }, () => {
  test.each([
    ['one user', 1],
    ['five users', 5],
  ])('of save and apply for %s all end well, and create and record everything once', async (_case, count) => {
    const users = lostUsers(count);

    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, at) => host().start(at % 2 === 0 ? 'apply' : 'save', ...patient)),
    );

    for (const run of runs) expectRightEnd(run, [0]);
    for (const user of users) expect(user.sessions()).toEqual(['code', 'notes', 'work']);
    const created = runs.flatMap(({ stdout }) => /Applied: (\d+) created/.exec(stdout)?.[1] ?? []).map(Number);
    expect(created.reduce((sum, one) => sum + one, 0)).toBe(3 * count);
    for (const user of users) expectSoundState(user);
    expect(host().persist('plan', '--exit-code').exitCode).toBe(0);
  });

  test('that do not wait for each other end with 0 or 5, and one of them does the work', async () => {
    const users = lostUsers(3);

    const impatient = ['--lock-timeout', '0.1'];
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, at) => host().start(at % 2 === 0 ? 'apply' : 'save', ...impatient)),
    );

    for (const run of runs) expectRightEnd(run, [0, 5]);
    expect(runs.map(({ exitCode }) => exitCode)).toContain(0);
    expect(host().persist('apply').exitCode).toBe(0);
    for (const user of users) {
      expect(user.sessions()).toEqual(['code', 'notes', 'work']);
      expectSoundState(user);
    }
  });
});

describe('a storm of runs and of servers that die under them', { timeout: 180_000 + seconds * 10_000 }, () => {
  test(`for ${seconds} s (STORM_SEED=${seed}) loses no session that a save had seen, and creates none twice`, async () => {
    const users = everyone().slice(0, 4);
    host().writeRoster(rosterOf(...users));
    const random = seededRandom(seed);
    const started = new Map(users.map((user) => [user.name, new Set<string>()]));
    const recorded = new Map(users.map((user) => [user.name, new Set<string>()]));
    const results: PersistResult[] = [];
    const end = performance.now() + seconds * 1000;
    const isOver = (): boolean => performance.now() > end;

    const saving = async (): Promise<void> => {
      while (!isOver()) {
        const before = new Map([...started].map(([name, sessions]) => [name, [...sessions]]));
        const saved = await host().start('save', ...patient);
        results.push(saved);
        for (const { name } of users) {
          const stored = new Set(
            readNewestValid(host().stateDirectory, name).newest?.manifest.sessions.map((one) => one.name),
          );
          for (const session of before.get(name) ?? []) if (stored.has(session)) recorded.get(name)?.add(session);
        }
      }
    };
    const applying = async (): Promise<void> => {
      while (!isOver()) results.push(await host().start('apply', ...patient));
    };
    const raging = async (): Promise<void> => {
      for (let at = 0; !isOver(); at += 1) {
        const user = random.oneOf(users);
        if (random.below(3) === 0 && user.serverPid() !== null) user.killServer();
        else {
          const name = `s${at}`;
          started.get(user.name)?.add(name);
          startUnlessDying(user, name);
        }
        await delay(50 + random.below(250));
      }
    };
    await Promise.all([saving(), saving(), applying(), raging()]);

    for (const result of results) expectRightEnd(result, [0, 1, 4]);
    expect(host().persist('restore', ...patient).exitCode).toBe(0);
    for (const user of users) {
      const sessions = user.sessions();
      expect(sessions).toEqual(expect.arrayContaining([...(recorded.get(user.name) ?? [])]));
      expect(new Set(sessions).size).toBe(sessions.length);
      expectSoundState(user);
    }
    expect([...recorded.values()].reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(3);
    expect(host().persist('plan', '--exit-code').exitCode).toBe(0);
  });
});

function everyone(): readonly UnixUser[] {
  const { emo, anca, wizard, others } = host();
  return [emo, anca, wizard, ...others];
}

/** So many users, who alone are in the roster, each with three sessions that were recorded and then lost to a kill. */
function lostUsers(count: number): readonly UnixUser[] {
  const users = everyone().slice(0, count);
  host().writeRoster(rosterOf(...users));
  for (const user of users) for (const name of ['code', 'notes', 'work']) user.startSession(name);
  expect(host().persist('save').exitCode).toBe(0);
  for (const user of users) user.killServer();
  return users;
}

/** On a machine that is busy beyond measure even tmux itself may not answer in time; then that is said, and is right. */
function expectRightEnd({ exitCode, stderr }: PersistResult, right: readonly number[]): void {
  expect(stderr).not.toContain('internal error');
  const isTooBusy = exitCode === 4 && stderr.includes('tmux did not answer within 5 s');
  const isRight = isTooBusy || (exitCode !== null && right.includes(exitCode));
  expect(isRight ? 'right' : `exit status ${exitCode}: ${stderr}`).toBe('right');
}

/** A server that was just killed may still hold the socket. */
function startUnlessDying(user: UnixUser, name: string): void {
  try {
    user.startSession(name);
  } catch {
    // It never ran, so that no save can have seen it.
  }
}

/** Every snapshot is valid and later than the one before, nothing half-written is left, and one server runs. */
function expectSoundState({ name, serverPid }: UnixUser): void {
  const { stateDirectory } = host();
  const snapshots = Array.from(readSnapshots(stateDirectory, name));
  expect(snapshots.map(({ kind }) => kind)).toEqual(snapshots.map(() => 'valid'));
  expect(readNewestValid(stateDirectory, name).newest?.id).toBe(snapshots[0]?.id);
  const times = snapshots.flatMap((snapshot) => (snapshot.kind === 'valid' ? [snapshot.manifest.takenAt] : []));
  expect(times).toEqual(times.toSorted().toReversed());
  const files = readdirSync(stateDirectory, { recursive: true, encoding: 'utf8' });
  expect(files.filter((path) => path.endsWith('.tmp'))).toEqual([]);
  expect(serverPid()).not.toBeNull();
}
