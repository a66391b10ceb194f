import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Heartbeat, parseHeartbeat } from '../../src/state/heartbeat.ts';
import { heartbeatPath, snapshotsDirectory } from '../../src/state/state-paths.ts';
import type { Behaviour } from '../support/impostor/behaviour.ts';
import { startImpostor } from '../support/impostor/start-impostor.ts';
import { complainer, type TallTale, teller } from '../support/impostor/tall-tale.ts';
import { peakMemory } from '../support/peak-memory.ts';
import { sharedHost } from './shared-host.ts';
import { withinOneTimeLimit } from './within-one-time-limit.ts';

const host = sharedHost({ others: 6 });

/** A save takes 60 MiB when all users are honest; 130 to 150 were measured here. */
const limitMib = 220;

describe('servers in the place of tmux that', { timeout: 90_000 }, () => {
  test('hang, go away, flood or talk nonsense, all at once, are unknown, and nobody else is the worse for it', () => {
    const { emo, anca, wizard, others, directory, stateDirectory } = host();
    anca.startSession('notes');
    const behaviours: readonly Behaviour[] = [
      { kind: 'hang' },
      { kind: 'trickle' },
      { kind: 'garbage' },
      { kind: 'close', afterMs: 0 },
      { kind: 'close', afterMs: 2_400 },
      { kind: 'flood', stream: 1 },
      { kind: 'flood', stream: 2 },
      complainer('x'.repeat(3_000_000)),
    ];
    const hostile = [emo, wizard, ...others];
    hostile.forEach((user, at) => startImpostor(user, directory, behaviours[at] ?? { kind: 'hang' }));
    const memory = peakMemory(directory);

    const saved = withinOneTimeLimit(host(), 'save', memory.env);

    expect(memory.peakMib()).toBeLessThan(limitMib);
    expect(saved.exitCode).toBe(4);
    expect(saved.stdout).toMatch(new RegExp(`^${anca.name}: saved \\S+, 1 live$`, 'm'));
    for (const { name } of hostile) {
      expect(saved.stdout).toMatch(new RegExp(`^${name}: not saved: .{1,400}$`, 'm'));
      expect(snapshotsOf(stateDirectory, name)).toEqual([]);
      expect(heartbeatOf(stateDirectory, name)).toMatchObject({ result: 'unknown', lastGood: null });
    }
  });

  test('tell what no tmux would are unknown, and the others are saved', () => {
    const { emo, anca, wizard, others, directory, persistIn } = host();
    anca.startSession('notes');
    const tales: readonly TallTale[] = [
      { sessions: [{ name: '' }] },
      { sessions: [{ name: 'a' }, { name: 'a' }] },
      { sessions: [{ name: 'a', createdAt: 999_999_999_999 }] },
      { pid: 0, sessions: [{ name: 'a' }] },
      { sessions: [{ name: 'a\0b' }] },
      { pid: 1, sessions: [{ name: 'a', panes: Array.from({ length: 50_000 }, () => ({ pid: 1 })) }] },
    ];
    const liars = [emo, wizard, ...others].slice(0, tales.length);
    liars.forEach((user, at) => startImpostor(user, directory, teller(tales[at] ?? {})));
    const memory = peakMemory(directory);

    const { exitCode, stdout } = persistIn(memory.env, 'save');

    expect(exitCode).toBe(4);
    expect(stdout).toMatch(new RegExp(`^${anca.name}: saved \\S+, 1 live$`, 'm'));
    for (const { name } of liars) expect(stdout).toMatch(new RegExp(`^${name}: not saved: tmux `, 'm'));
    expect(memory.peakMib()).toBeLessThan(limitMib);
  });

  test('tell of as much as is believable cost little, and leave a record that is bounded', () => {
    const { emo, anca, directory, stateDirectory } = host();
    anca.startSession('notes');
    const memory = peakMemory(directory);
    for (const round of ['one', 'two', 'three']) {
      const sessions = Array.from({ length: 300 }, (_, at) => ({
        name: `${round}${at}${'\u0001'.repeat(1_000)}`,
        path: `/${'\u0001'.repeat(1_000)}`,
        panes: [{ path: `/${round}${'\u0001'.repeat(1_000)}`, title: '\u0001'.repeat(1_000) }],
      }));
      const { stop } = startImpostor(emo, directory, teller({ pid: 4242, sessions }));
      const saved = withinOneTimeLimit(host(), 'save', memory.env);
      stop();
      expect(saved.stdout).toMatch(new RegExp(`^${anca.name}: (saved .*|unchanged), 1 live$`, 'm'));
      expect(memory.peakMib()).toBeLessThan(limitMib);
    }
    const files = snapshotsOf(stateDirectory, emo.name);
    expect(files.length).toBeLessThanOrEqual(3);
    for (const text of files) expect(text.length).toBeLessThan(8 * 1024 ** 2);
  });
});

function snapshotsOf(stateDirectory: string, user: string): readonly string[] {
  const directory = snapshotsDirectory(stateDirectory, user);
  return readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
}

function heartbeatOf(stateDirectory: string, user: string): Heartbeat | null {
  return parseHeartbeat(readFileSync(heartbeatPath(stateDirectory, user), 'utf8'));
}
