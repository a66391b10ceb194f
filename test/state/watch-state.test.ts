import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { watchStatePath } from '../../src/state/state-paths.ts';
import {
  isWatchRunning,
  lifeOfWatch,
  parseWatchState,
  readWatchState,
  type WatchState,
  writeWatchState,
} from '../../src/state/watch-state.ts';
import { StateWriteError } from '../../src/system/errors.ts';
import { startTimeIn } from '../../src/system/host/host.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { withoutRoot } from '../system/without-root.ts';

const startTime = startTimeIn('/proc/self/stat') ?? '';
const nowMs = Date.parse('2026-11-20T14:00:00.000Z');
const look = { nowMs, bootId: 'boot-1' };
const state: WatchState = {
  formatVersion: 1,
  pid: process.pid,
  startTime,
  bootId: 'boot-1',
  since: '2026-11-20T10:00:00.000Z',
  lastSeenAt: '2026-11-20T13:59:30.000Z',
  intervalMs: 1000,
  kernelLogSince: '2026-11-20T10:00:01.000Z',
  saves: 7,
  lastSaveAt: '2026-11-20T13:58:00.000Z',
  endedAt: null,
};

describe('what the watch tells', () => {
  test('reads back as it was written, for everybody', () => {
    const stateDir = temporaryDirectory();
    expect(readWatchState(stateDir)).toBeNull();
    const umask = process.umask(0o077);
    try {
      writeWatchState(stateDir, state);
      writeWatchState(stateDir, { ...state, kernelLogSince: null, lastSaveAt: null });
    } finally {
      process.umask(umask);
    }
    expect(readWatchState(stateDir)).toEqual({ ...state, kernelLogSince: null, lastSaveAt: null });
    expect(statSync(watchStatePath(stateDir)).mode & 0o7777).toBe(0o644);
  });

  test.each(['', '{', '[]', '{"formatVersion":2}', JSON.stringify({ ...state, pid: '7' })])(
    'is as good as nothing when the file holds %j',
    (text) => {
      expect(parseWatchState(text)).toBeNull();
    },
  );

  test('is read without what is missing or damaged, where that is not needed', () => {
    const damaged = { ...state, kernelLogSince: 'soon', saves: -1, lastSaveAt: 5, endedAt: undefined };
    expect(parseWatchState(JSON.stringify(damaged))).toEqual({
      ...state,
      kernelLogSince: null,
      saves: 0,
      lastSaveAt: null,
    });
  });

  test('is not taken for nothing where the system does not let it be read', () => {
    const stateDir = temporaryDirectory();
    writeWatchState(stateDir, state);
    chmodSync(watchStatePath(stateDir), 0);
    withoutRoot(stateDir);
    expect(() => readWatchState(stateDir)).toThrow(/permission denied/);
  });

  test('that cannot be written is an error with the path', () => {
    const stateDir = temporaryDirectory();
    mkdirSync(join(watchStatePath(stateDir), 'in-the-way'), { recursive: true });
    expect(() => writeWatchState(stateDir, state)).toThrow(StateWriteError);
  });
});

describe('whether the watch runs', () => {
  test.each<readonly [string, Partial<WatchState>, ReturnType<typeof lifeOfWatch>]>([
    ['lives and has told of itself', {}, 'running'],
    ['has been silent for just under three minutes', { lastSeenAt: '2026-11-20T13:57:00.000Z' }, 'running'],
    ['has been silent for longer', { lastSeenAt: '2026-11-20T13:56:59.999Z' }, 'silent'],
    ['tells of a time to come, because the clock jumped back', { lastSeenAt: '2026-11-20T15:00:00.000Z' }, 'running'],
    ['has ended in an orderly way', { endedAt: '2026-11-20T13:59:30.000Z' }, 'ended'],
    ['lived in another boot', { bootId: 'boot-0' }, 'ended'],
    ['has another start time, because its number belongs to another process', { startTime: '1' }, 'ended'],
    ['is gone', { pid: 4_194_305 }, 'ended'],
    ['is gone, long after it last told', { pid: 4_194_305, lastSeenAt: '2026-11-20T11:00:00.000Z' }, 'ended'],
  ])('when its process %s', (_, facts, expected) => {
    expect(lifeOfWatch({ ...state, ...facts }, look)).toBe(expected);
    expect(isWatchRunning({ ...state, ...facts }, look)).toBe(expected === 'running');
  });

  test('is no when it never told anything', () => {
    expect(isWatchRunning(null, look)).toBe(false);
  });

  test('is told by its words alone where the processes of others are hidden', () => {
    const procRoot = temporaryDirectory();
    expect(isWatchRunning(state, { ...look, procRoot })).toBe(true);
    mkdirSync(join(procRoot, '1'));
    writeFileSync(join(procRoot, '1/stat'), `1 (systemd) S ${'0 '.repeat(18)}7 0\n`);
    expect(isWatchRunning(state, { ...look, procRoot })).toBe(false);
  });
});
