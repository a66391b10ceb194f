import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Heartbeat,
  nextHeartbeat,
  parseHeartbeat,
  readHeartbeat,
  type SaveOutcome,
  writeHeartbeat,
} from '../../src/state/heartbeat.ts';
import { heartbeatPath, userDirectory } from '../../src/state/state-paths.ts';
import { temporaryDirectory } from '../system/temporary-directory.ts';
import { sampleAccount } from './sample-manifest.ts';

const bootId = 'boot-1';
const good: Heartbeat = {
  formatVersion: 1,
  time: '2026-11-20T14:00:00.000Z',
  bootId,
  result: 'saved',
  reason: null,
  lastGood: { time: '2026-11-20T14:00:00.000Z', snapshot: '20261120T140000' },
  recentSaves: ['2026-11-20T14:00:00.000Z', '2026-11-20T13:55:00.000Z'],
  oomKills: { source: '/proc/vmstat', count: 3, hostCount: 3 },
  terminals: { serverPid: 1000, lines: ['pts/4', 'pts/7'] },
  sessions: { live: 3, gone: { closed: 1 } },
};

describe('the next heartbeat', () => {
  test('after a first good save knows that one alone', () => {
    const time = '2026-11-20T14:00:00.000Z';
    const snapshot = '20261120T140000';
    const { oomKills, terminals } = good;
    const sessions = { live: 3, gone: { closed: 1 } };
    expect(nextHeartbeat(null, { time, bootId, result: 'saved', snapshot, oomKills, terminals, sessions })).toEqual({
      ...good,
      recentSaves: [time],
    });
  });

  test('after another good save has the times of the last two, newest first', () => {
    const time = '2026-11-20T14:05:00.000Z';
    const oomKills = { source: '/proc/vmstat', count: 4, hostCount: 4 };
    const terminals = { serverPid: 2000, lines: ['pts/4'] };
    const snapshot = '20261120T140000';
    const sessions = { live: 2, gone: { killed: 1, closed: 1 } };
    const outcome = { time, bootId, result: 'unchanged', snapshot, oomKills, terminals, sessions } as const;
    expect(nextHeartbeat(good, outcome)).toEqual({
      ...good,
      time,
      result: 'unchanged',
      lastGood: { time, snapshot },
      recentSaves: [time, '2026-11-20T14:00:00.000Z'],
      oomKills,
      terminals,
      sessions,
    });
  });

  test('after the second save of one run still has the save of the earlier run, however often the run saves', () => {
    const [, earlierRun] = good.recentSaves;
    const second = nextHeartbeat(good, savedAt('2026-11-20T14:00:02.000Z'), 'same');
    expect(second.recentSaves).toEqual(['2026-11-20T14:00:02.000Z', earlierRun]);
    const third = nextHeartbeat(second, savedAt('2026-11-20T14:00:04.000Z'), 'same');
    expect(third.recentSaves).toEqual(['2026-11-20T14:00:04.000Z', earlierRun]);
    const nextRun = nextHeartbeat(third, savedAt('2026-11-20T14:05:00.000Z'), 'new');
    expect(nextRun.recentSaves).toEqual(['2026-11-20T14:05:00.000Z', '2026-11-20T14:00:04.000Z']);
  });

  test('after the second save of the very first run knows that one alone', () => {
    const first = nextHeartbeat(null, savedAt('2026-11-20T14:00:00.000Z'), 'new');
    const second = nextHeartbeat(first, savedAt('2026-11-20T14:00:02.000Z'), 'same');
    expect(second.recentSaves).toEqual(['2026-11-20T14:00:02.000Z']);
  });

  test.each(['unknown', 'failed'] as const)('after a save that was %s keeps all that was good', (result) => {
    const time = '2026-11-20T14:05:00.000Z';
    const outcome = { time, bootId: 'boot-2', result, reason: 'tmux did not answer' };
    expect(nextHeartbeat(good, outcome)).toEqual({ ...good, ...outcome });
    expect(nextHeartbeat(null, outcome)).toMatchObject({
      lastGood: null,
      recentSaves: [],
      oomKills: null,
      terminals: null,
      sessions: null,
    });
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
    const odd = {
      ...good,
      reason: 7,
      lastGood: 'x',
      recentSaves: ['x', good.time, 3],
      oomKills: { source: 1 },
      terminals: { serverPid: 1000, lines: [7, 'pts/4', null] },
    };
    expect(parseHeartbeat(JSON.stringify(odd))).toEqual({
      ...good,
      lastGood: null,
      recentSaves: [good.time],
      oomKills: null,
      terminals: { serverPid: 1000, lines: ['pts/4'] },
    });
    expect(parseHeartbeat(JSON.stringify({ ...good, result: 'splendid' }))).toBeNull();
  });

  test('keeps the terminals of further servers, and no word of them when there are none', () => {
    const furtherTerminals = [{ serverPid: 1001, lines: ['pts/9'] }];
    const text = JSON.stringify({ ...good, furtherTerminals: [...furtherTerminals, { serverPid: 'x' }] });
    expect(parseHeartbeat(text)).toEqual({ ...good, furtherTerminals });
    expect(parseHeartbeat(JSON.stringify({ ...good, furtherTerminals: [] }))).toEqual(good);
  });

  test.each([undefined, null, 7, {}, { serverPid: '1000', lines: ['pts/4'] }, { serverPid: 1000, lines: 'pts/4' }])(
    'with %j for terminals, as an earlier version or a damaged file has it, knows of none',
    (terminals) => {
      expect(parseHeartbeat(JSON.stringify({ ...good, terminals }))).toEqual({ ...good, terminals: null });
    },
  );

  test.each<[unknown, Heartbeat['sessions']]>([
    [undefined, null],
    [7, null],
    [{ live: '3', gone: {} }, null],
    [{ live: 3 }, null],
    [{ live: -1, gone: {} }, null],
    [
      { live: 3, gone: { closed: 1, killed: 'x', eaten: 4, reboot: 1.5 } },
      { live: 3, gone: { closed: 1 } },
    ],
    [
      { live: 3, gone: { killed: 2 }, killedBy: { earlyoom: 1, unknown: 1, someone: 5, host: -1 } },
      { live: 3, gone: { killed: 2 }, killedBy: { earlyoom: 1, unknown: 1 } },
    ],
    [
      { live: 3, gone: { killed: 2 }, killedBy: 'earlyoom' },
      { live: 3, gone: { killed: 2 } },
    ],
  ])('with %j for sessions, as an earlier version or a damaged file has it, knows %j of them', (sessions, known) => {
    expect(parseHeartbeat(JSON.stringify({ ...good, sessions }))).toEqual({ ...good, sessions: known });
  });

  test('with terminals that are all odd knows of none, so that their absence proves nothing', () => {
    const odd = { ...good, terminals: { serverPid: 1000, lines: [7] } };
    expect(parseHeartbeat(JSON.stringify(odd))?.terminals).toBeNull();
  });
});

function savedAt(time: string): SaveOutcome {
  const snapshot = '20261120T140000';
  const { oomKills, terminals } = good;
  return { time, bootId, result: 'saved', snapshot, oomKills, terminals, sessions: { live: 1, gone: {} } };
}
