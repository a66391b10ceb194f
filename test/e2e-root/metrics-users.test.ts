import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseHeartbeat } from '../../src/state/heartbeat.ts';
import { parseExposition, valueOf } from '../support/exposition-format.ts';
import type { UnixUser } from '../support/unix-users.ts';
import { rosterOf, sharedHost } from './shared-host.ts';

const host = sharedHost();
const lastGoodSave = 'tmux_persist_last_good_save_timestamp_seconds';

describe('the metrics of several users', () => {
  test('can be read by whoever is not root, and by nobody written', () => {
    host().persist('save');
    expect(modeOf('.')).toBe(0o755);
    expect(modeOf('metrics')).toBe(0o755);
    expect(modeOf('metrics/tmux-persist.prom')).toBe(0o644);
  });

  test('keep the figures of the others when a run is for one of them', () => {
    const { emo, anca, wizard, persist } = host();
    for (const user of [emo, anca]) user.startSession('notes');
    persist('save');
    const before = metrics();
    emo.tmux('new-session', '-d', '-s', 'work');
    expect(persist('save', '--user', emo.name).exitCode).toBe(0);
    const after = metrics();
    expect(live(after, emo)).toBe(2);
    for (const { name: user } of [anca, wizard]) {
      expect(valueOf(after, lastGoodSave, { user })).toBe(valueOf(before, lastGoodSave, { user }));
    }
    expect(valueOf(after, lastGoodSave, { user: emo.name })).toBeGreaterThan(
      valueOf(before, lastGoodSave, { user: emo.name }) ?? Number.POSITIVE_INFINITY,
    );
    expect(live(after, anca)).toBe(1);
    emo.killServer();
    expect(persist('restore', emo.name).exitCode).toBe(0);
    expect(live(metrics(), anca)).toBe(1);
    expect(valueOf(metrics(), 'tmux_persist_last_apply_outcomes', { user: emo.name, outcome: 'created' })).toBe(2);
    expect(valueOf(metrics(), 'tmux_persist_last_apply_outcomes', { user: anca.name, outcome: 'created' })).toBeNull();
  });

  test('lose those of whoever left the roster, and have them again when they are back', () => {
    const { emo, anca, wizard, persist, writeRoster } = host();
    persist('save');
    writeRoster(rosterOf(emo, wizard));
    persist('save');
    expect(users()).toEqual([emo.name, wizard.name].toSorted());
    writeRoster(rosterOf(emo, wizard, anca));
    persist('save', '--user', emo.name);
    expect(users()).toEqual([emo.name, wizard.name, anca.name].toSorted());
  });

  test('are right after runs for different users at once, whichever of them wrote last', async () => {
    const { emo, anca, wizard, start } = host();
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.all(
        [emo, anca, wizard].map((user) => start(round % 2 === 0 ? 'save' : 'apply', '--user', user.name)),
      );
      expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      for (const user of [emo, anca, wizard]) {
        expect(valueOf(metrics(), lastGoodSave, { user: user.name })).toBe(lastSaveOf(user) / 1000);
      }
    }
  });
});

function metrics(): string {
  return readFileSync(join(host().stateDirectory, 'metrics/tmux-persist.prom'), 'utf8');
}

function users(): readonly string[] {
  return [...new Set(parseExposition(metrics()).flatMap(({ labels }) => labels['user'] ?? []))].toSorted();
}

function live(text: string, { name: user }: UnixUser): number | null {
  return valueOf(text, 'tmux_persist_sessions', { user, state: 'live', cause: '' });
}

function lastSaveOf({ name }: UnixUser): number {
  const text = readFileSync(join(host().stateDirectory, 'users', name, 'last-save.json'), 'utf8');
  return Date.parse(parseHeartbeat(text)?.lastGood?.time ?? '');
}

function modeOf(path: string): number {
  return statSync(join(host().stateDirectory, path)).mode & 0o7777;
}
