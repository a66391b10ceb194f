import { describe, expect, test } from 'vitest';
import type { Killer } from '../../../src/core/endings.ts';
import type { Status, UserStatus } from '../../../src/core/report/status.ts';
import { renderStatusText, statusDocument } from '../../../src/render/status/status.ts';
import { breachesOf } from '../../support/printed-document.ts';
import { sampleUserStatus, sampleWatch } from './sample-status.ts';

const options = { color: false, verbose: true, utcOffsetMinutes: () => 0 };

const now = '2026-11-20T14:05:00.000Z';

function statusOf(...users: readonly UserStatus[]): Status {
  const facts = {
    host: 'devvm',
    createdAt: '2026-11-20T14:05:00.000Z',
    givenOptions: [],
    recordsKeeper: 'invoker' as const,
  };
  return { ...facts, users, watch: sampleWatch, units: null, diagnostics: [] };
}

const watchLine = 'watch: running since 09:00, last save 14:04';
const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };
const yesterday = '2026-11-19T23:00:00.000Z';
const noSessions = { live: 0, pending: 0, held: 0, conflict: 0 };
const crashed = sampleUserStatus('emo', {
  observation: { kind: 'absent', reason: null },
  sessions: { live: 0, pending: 2, held: 1, conflict: 0 },
  agents: { running: 0, unidentified: 0 },
  gone: { 'server-died': 2, closed: 1 },
});
const stranger = sampleUserStatus('old', {
  inRoster: false,
  observation: null,
  sessions: noSessions,
  agents: null,
  lastGood: { time: '2026-11-18T14:00:00.000Z', snapshot: '20261118T140000' },
});

describe('the text of a status', () => {
  test('is one table, and a line for each user that wants attention', () => {
    expect(renderStatusText(statusOf(sampleUserStatus('wizard'), crashed, stranger), options)).toBe(
      [
        'USER     TMUX        LIVE   AGENTS   PENDING   CONFLICT   HELD   GONE                      LAST GOOD SAVE                SNAPSHOT',
        'wizard   running     5      4        0         0          1      1 closed                  2026-11-20 14:02, 3 min ago   20261120T135951',
        'emo      no server   0      0        2         0          1      2 server-died, 1 closed   2026-11-20 14:02, 3 min ago   20261120T135951',
        'old      -           0      -        0         0          0      1 closed                  2026-11-18 14:00, 2 d ago     20261118T140000',
        '',
        'emo: 2 sessions to create: tmux-persist apply emo',
        'old: not in the roster: kept, never acted on',
        watchLine,
        '',
      ].join('\n'),
    );
  });

  test('repeats in its commands where the records of this run are', () => {
    const status = { ...statusOf(crashed), givenOptions: [{ name: '--state-dir', value: '/srv/my state' } as const] };
    expect(renderStatusText(status, options)).toContain(": tmux-persist apply emo --state-dir '/srv/my state'\n");
  });

  test('tells when the next save is due, and what is wrong with a unit, below the users', () => {
    const inOrder = {
      unit: 'a.timer',
      state: 'enabled, active',
      problem: null,
      mend: null,
      isVital: false,
      leftAlone: null,
    };
    const failed = {
      unit: 'b.service',
      state: 'failed',
      problem: 'has failed',
      mend: 'journalctl --boot --unit=b.service',
      isVital: true,
      leftAlone: null,
    };
    const units = { units: [inOrder, failed], nextSaveAt: '2026-11-20T14:07:00.000Z', isSaving: false };
    const text = renderStatusText({ ...statusOf(sampleUserStatus('wizard')), units }, options);
    expect(text.split('\n').slice(2)).toEqual([
      '',
      'host: next save 2026-11-20 14:07',
      'host: b.service has failed: journalctl --boot --unit=b.service',
      watchLine,
      '',
    ]);
  });

  test('breaks what is wrong with a unit within 80 columns, and names a unit that is left alone', () => {
    const timer = 'tmux-persist-save.timer';
    const failed = {
      unit: 'tmux-persist-save.service',
      state: 'static, failed',
      problem: "has failed with exit status 4 (NOPERMISSION is systemd's name for it): somebody could not be recorded",
      mend: 'journalctl --boot --unit=tmux-persist-save.service',
      isVital: true,
      leftAlone: null,
    };
    const leftAlone = {
      path: `/etc/systemd/system/${timer}.d/tmux-persist-leave.conf`,
      since: '2026-11-20T14:02:00.000Z',
    };
    const left = { unit: timer, state: 'disabled, inactive', problem: null, mend: null, isVital: false, leftAlone };
    const units = { units: [failed, left], nextSaveAt: null, isSaving: false };
    const text = renderStatusText({ ...statusOf(sampleUserStatus('wizard')), units }, options);
    expect(text.split('\n').slice(3)).toEqual([
      "host: no save will happen but the watch's: the timer is stopped",
      'host: tmux-persist-save.service has failed with exit status 4 (NOPERMISSION is',
      "      systemd's name for it): somebody could not be recorded:",
      '      journalctl --boot --unit=tmux-persist-save.service',
      'host: tmux-persist-save.timer (disabled, inactive) is left alone,',
      '      since 2026-11-20 14:02 by',
      '      /etc/systemd/system/tmux-persist-save.timer.d/tmux-persist-leave.conf',
      watchLine,
      '',
    ]);
  });

  test.each([
    [{ nextSaveAt: '2026-11-20T14:07:00.000Z', isSaving: false }, 'host: next save 2026-11-20 14:07, 1 unit in order'],
    [{ nextSaveAt: null, isSaving: true }, 'host: a save is running, 1 unit in order'],
    [
      { nextSaveAt: null, isSaving: false },
      "host: no save will happen but the watch's: the timer is stopped, 1 unit in order",
    ],
  ])('tells that the units are in order, and with %j of the next save', (facts, line) => {
    const inOrder = {
      unit: 'a.timer',
      state: 'enabled, active',
      problem: null,
      mend: null,
      isVital: false,
      leftAlone: null,
    };
    const text = renderStatusText(
      { ...statusOf(sampleUserStatus('wizard')), units: { units: [inOrder], ...facts } },
      options,
    );
    expect(text.split('\n').slice(2)).toEqual(['', line, watchLine, '']);
  });

  test('says that no save will happen where the timer is stopped and no watch runs', () => {
    const watch: Status['watch'] = { kind: 'never', isInstalled: false, command: null };
    const units = { units: [], nextSaveAt: null, isSaving: false };
    const text = renderStatusText({ ...statusOf(sampleUserStatus('wizard')), units, watch }, options);
    expect(text).toContain('\nhost: no save will happen: the timer is stopped');
  });

  test('says below the table only that the watch runs, when all is well', () => {
    const text = renderStatusText(statusOf(sampleUserStatus('wizard')), options);
    expect(text.split('\n').slice(2)).toEqual(['', watchLine, '']);
  });

  test.each<[string, Partial<UserStatus>, string]>([
    ['no account', { hasAccount: false }, 'no account on this host: nothing is saved or restored'],
    ['parked', { parked: true }, 'parked: nothing is restored'],
    ['never saved', { lastGood: null, lastResult: null }, 'no good save yet'],
    [
      'not observed',
      { observation: { kind: 'unknown', reason: 'no answer in 5 s' } },
      'tmux is unknown: no answer in 5 s',
    ],
    [
      'not saved of late',
      { lastGood: { time: '2026-11-20T09:00:00.000Z', snapshot: 'S' } },
      'the last good save was 5 h ago',
    ],
    [
      'not observed, as at the last save',
      {
        observation: { kind: 'unknown', reason: 'no answer in 5 s' },
        lastResult: { result: 'unknown', reason: 'no answer in 5 s' },
      },
      'tmux is unknown: no answer in 5 s; the last save did not succeed, either',
    ],
    [
      'not saved for a reason',
      { lastResult: { result: 'failed', reason: 'no space left on device' } },
      'the last save did not succeed: no space left on device',
    ],
    [
      'not told which conversation an agent holds',
      { agents: { running: 2, unidentified: 1 } },
      '1 agent of unknown conversation: tmux-persist plan --verbose emo',
    ],
    [
      'robbed of a session within a day',
      { recentKills: { count: 1, last: { cause: 'killed', killer: earlyoom, goneAt: '2026-11-20T13:20:00.000Z' } } },
      '1 session lost: killed 13:20 by earlyoom',
    ],
    [
      'robbed of several sessions within a day',
      { recentKills: { count: 3, last: { cause: 'server-died', killer: { kind: 'host' }, goneAt: yesterday } } },
      '3 sessions lost, the last: server killed 2026-11-19 23:00 by the kernel: the host had no memory',
    ],
    [
      'held back for a reason that this reader may not see',
      { healing: { kind: 'unknown', reason: 'permission denied' } },
      'what the watch holds back is unknown: permission denied',
    ],
    ['in conflict', { sessions: { ...noSessions, conflict: 1 } }, '1 session in conflict: tmux-persist plan emo'],
  ])('tells of a user who is %s', (_, facts, note) => {
    const text = renderStatusText(statusOf(sampleUserStatus('emo', facts)), options);
    expect(text.split('\n').at(-3)).toBe(`emo: ${note}`);
  });

  test('counts the agents, and those of which the conversation cannot be told', () => {
    const counted = sampleUserStatus('emo', { agents: { running: 12, unidentified: 3 } });
    expect(renderStatusText(statusOf(counted), options)).toContain('   12 (3?)   ');
  });

  test('is coloured only when that is wanted, with the same text', () => {
    const bare = renderStatusText(statusOf(crashed), options);
    const coloured = renderStatusText(statusOf(crashed), { ...options, color: true });
    expect(coloured).toContain('\x1b[32m2\x1b[39m');
    expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(bare);
  });
});

describe('the JSON of a status', () => {
  test('gives the age of the last good save in seconds, and the notes', () => {
    expect(statusDocument(statusOf(crashed))).toEqual({
      formatVersion: 1,
      kind: 'status',
      host: 'devvm',
      createdAt: '2026-11-20T14:05:00.000Z',
      users: [
        {
          user: 'emo',
          inRoster: true,
          hasAccount: true,
          parked: false,
          observation: 'absent',
          reason: null,
          sessions: { live: 0, pending: 2, held: 1, conflict: 0 },
          furtherServers: [],
          unmanagedServers: [],
          agents: { running: 0, unidentified: 0 },
          gone: { 'server-died': 2, closed: 1 },
          lastGood: { time: '2026-11-20T14:02:00.000Z', snapshot: '20261120T135951', ageSeconds: 180 },
          lastResult: { result: 'unchanged', reason: null },
          recentKills: null,
          healing: { reason: null, lastHealAt: null, held: [] },
          notes: ['2 sessions to create: tmux-persist apply emo'],
        },
      ],
      watch: sampleWatch,
      units: null,
      diagnostics: [],
      complete: true,
    });
  });

  test.each<Status['watch']>([
    sampleWatch,
    { kind: 'silent', pid: 4711, since: now, lastSeenAt: now, isInstalled: true, command: 'systemctl restart x' },
    { kind: 'ended', lastSeenAt: now, isInstalled: true, command: null },
    { kind: 'never', isInstalled: false, command: null },
    { kind: 'unknown', reason: 'permission denied', isInstalled: false, command: null },
  ])('is what its schema says, whoever is meant and with the watch %j', (watch) => {
    const held = { name: 'notes', socket: null, why: 'too-many', until: null } as const;
    const killed = { cause: 'killed', killer: earlyoom, goneAt: now } as const;
    const users = [
      crashed,
      stranger,
      sampleUserStatus('wizard', {
        observation: { kind: 'unknown', reason: 'tmux did not answer within 5 s' },
        agents: null,
        lastGood: null,
        lastResult: null,
        recentKills: { count: 2, last: killed },
        healing: { kind: 'known', lastHealAt: now, held: [held] },
        furtherServers: [{ socket: '/run/work', sessions: 2 }],
        unmanagedServers: [{ socket: null, pid: 4712, obstacle: 'its socket cannot be seen', mend: null }],
      }),
      sampleUserStatus('anca', { healing: { kind: 'unknown', reason: 'permission denied' } }),
    ];
    const stopped = { state: 'inactive', problem: 'inactive → active', mend: null, isVital: true, leftAlone: null };
    const leftAlone = { path: '/etc/systemd/system/b.timer.d/leave.conf', since: '2026-11-20T14:02:00.000Z' };
    const left = { unit: 'b.timer', ...stopped, problem: null, leftAlone };
    const unit = { unit: 'a.timer', ...stopped };
    const units = { units: [unit, left], nextSaveAt: null, isSaving: false };
    const diagnostics = [{ severity: 'error', code: 'x', user: null, message: 'something' }] as const;
    expect(breachesOf(statusDocument({ ...statusOf(...users), watch, units, diagnostics }))).toEqual([]);
  });

  test('tells who killed sessions of late, what is held back, and what is not known', () => {
    const held = { name: 'notes', socket: null, why: 'healed-lately', until: '2026-11-20T15:02:00.000Z' } as const;
    const lastHealAt = '2026-11-20T14:02:03.000Z';
    const killed = { cause: 'killed', killer: earlyoom, goneAt: '2026-11-20T14:04:00.000Z' } as const;
    const { users } = statusDocument(
      statusOf(
        sampleUserStatus('emo', {
          recentKills: { count: 1, last: killed },
          healing: { kind: 'known', lastHealAt, held: [held] },
        }),
        sampleUserStatus('anca', { healing: { kind: 'unknown', reason: 'permission denied' } }),
      ),
    );
    expect(users).toMatchObject([
      {
        recentKills: { count: 1, last: { ...killed, killer: { by: 'earlyoom' } } },
        healing: {
          reason: null,
          lastHealAt,
          held: [{ session: 'notes', socket: null, why: 'healed-lately', until: '2026-11-20T15:02:00.000Z' }],
        },
      },
      { healing: { reason: 'permission denied', lastHealAt: null, held: null } },
    ]);
  });

  test('names the servers on other sockets, and says which of them nothing saves', () => {
    const status = sampleUserStatus('emo', {
      furtherServers: [{ socket: '/run/emo/work', sessions: 2 }],
      unmanagedServers: [
        { socket: '/tmp/tmux-1001/private', pid: 4711, obstacle: null, mend: null },
        { socket: null, pid: 4712, obstacle: 'it runs in another mount namespace', mend: null },
      ],
    });
    expect(statusDocument(statusOf(status)).users[0]?.notes).toEqual([
      '2 sessions on /run/emo/work',
      'the tmux server on /tmp/tmux-1001/private, process 4711, is not managed: its sessions are not saved',
      'the tmux server, process 4712, is out of reach (it runs in another mount namespace): its sessions are not saved',
    ]);
  });

  test('is incomplete when a user could not be observed', () => {
    const hung = sampleUserStatus('emo', { observation: { kind: 'unknown', reason: 'no answer' }, lastGood: null });
    const document = statusDocument(statusOf(hung));
    expect(document.complete).toBe(false);
    expect(document.users[0]).toMatchObject({ observation: 'unknown', reason: 'no answer', lastGood: null });
  });
});

test('a status that is not verbose keeps to 80 columns, and does not take unknown for none', () => {
  const unknown = sampleUserStatus('hung', { observation: { kind: 'unknown', reason: 'no answer in 5 s' } });
  const text = renderStatusText(statusOf(sampleUserStatus('wizard'), unknown), { ...options, verbose: false });
  const [head = '', , row = ''] = text.split('\n');
  expect(head).toMatch(/^USER +STATE +LIVE +TO RESTORE +LAST SAVE$/);
  expect(row).toMatch(/^hung +unknown +\? +\? +\S/);
  for (const line of text.split('\n').slice(0, 3)) expect(line.length).toBeLessThanOrEqual(80);
});
