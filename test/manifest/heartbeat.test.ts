import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nextHeartbeat, parseHeartbeat, type Heartbeat } from '../../src/manifest/heartbeat.ts';
import { readHeartbeat, writeHeartbeat } from '../../src/manifest/heartbeat-file.ts';
import { heartbeatPath, userDirectory } from '../../src/manifest/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount } from './sample-manifest.ts';

const bootId = 'boot-1';
const good: Heartbeat = {
  formatVersion: 1,
  time: '2026-11-20T14:00:00.000Z',
  bootId,
  result: 'saved',
  reason: null,
  lastGood: { time: '2026-11-20T14:00:00.000Z', snapshot: '20261120T140000.000Z' },
  recentSaves: ['2026-11-20T14:00:00.000Z', '2026-11-20T13:55:00.000Z'],
  oomKills: { source: '/proc/vmstat', count: 3 },
};

describe('the next heartbeat', () => {
  test('after a first good save knows that one alone', () => {
    const time = '2026-11-20T14:00:00.000Z';
    const snapshot = '20261120T140000.000Z';
    const oomKills = { source: '/proc/vmstat', count: 3 };
    expect(nextHeartbeat(null, { time, bootId, result: 'saved', snapshot, oomKills })).toEqual({
      ...good,
      recentSaves: [time],
    });
  });

  test('after another good save has the times of the last two, newest first', () => {
    const time = '2026-11-20T14:05:00.000Z';
    const oomKills = { source: '/proc/vmstat', count: 4 };
    const next = nextHeartbeat(good, { time, bootId, result: 'unchanged', snapshot: '20261120T140000.000Z', oomKills });
    expect(next).toEqual({
      ...good,
      time,
      result: 'unchanged',
      lastGood: { time, snapshot: '20261120T140000.000Z' },
      recentSaves: [time, '2026-11-20T14:00:00.000Z'],
      oomKills,
    });
  });

  test.each(['unknown', 'failed'] as const)('after a save that was %s keeps all that was good', (result) => {
    const time = '2026-11-20T14:05:00.000Z';
    const outcome = { time, bootId: 'boot-2', result, reason: 'tmux did not answer' };
    expect(nextHeartbeat(good, outcome)).toEqual({ ...good, ...outcome });
    expect(nextHeartbeat(null, outcome)).toMatchObject({ lastGood: null, recentSaves: [], oomKills: null });
  });
});

describe('the heartbeat file', () => {
  test('reads back as it was written, and is replaced by the next one', () => {
    const stateDir = temporaryDirectory();
    writeHeartbeat(stateDir, sampleAccount, { ...good, result: 'failed', reason: 'disk full' });
    writeHeartbeat(stateDir, sampleAccount, good);
    expect(readHeartbeat(stateDir, 'emo')).toEqual(good);
  });

  test.each(['', '{', 'null', '7', '[]', '{}', '{"formatVersion":2}', JSON.stringify({ ...good, time: 'now' })])(
    'that holds %j is as good as none',
    (text) => {
      const stateDir = temporaryDirectory();
      expect(readHeartbeat(stateDir, 'emo')).toBeNull();
      mkdirSync(userDirectory(stateDir, 'emo'), { recursive: true });
      writeFileSync(heartbeatPath(stateDir, 'emo'), text);
      expect(readHeartbeat(stateDir, 'emo')).toBeNull();
    },
  );

  test('with odd fields keeps the sound ones', () => {
    const odd = { ...good, reason: 7, lastGood: 'x', recentSaves: ['x', good.time, 3], oomKills: { source: 1 } };
    expect(parseHeartbeat(JSON.stringify(odd))).toEqual({
      ...good,
      lastGood: null,
      recentSaves: [good.time],
      oomKills: null,
    });
    expect(parseHeartbeat(JSON.stringify({ ...good, result: 'splendid' }))).toBeNull();
  });
});
