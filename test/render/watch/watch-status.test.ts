import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { type HeldRecord, heldReasons } from '../../../src/core/heal/heal-records.ts';
import type { UserStatus } from '../../../src/core/report/status.ts';
import type { WatchStatus } from '../../../src/core/report/watch-status.ts';
import { localClock } from '../../../src/render/text/clock.ts';
import { heldLines, watchStatusLines } from '../../../src/render/watch/watch-status.ts';
import { sampleUserStatus, sampleWatch } from '../status/sample-status.ts';

const now = '2026-11-20T14:05:00.000Z';
const options = { clock: localClock(() => 0), now };
const columns = 80;
const start = 'systemctl start tmux-persist-watch.service';

describe('the watch, as status tells of it', () => {
  test('runs since when, with its last save and its last heal for anybody', () => {
    const users = [healedAt('2026-11-20T13:20:00.000Z'), healedAt(null), healedAt('2026-11-19T13:20:00.000Z')];
    expect(watchStatusLines(sampleWatch, users, options)).toEqual([
      'running since 09:00, last save 14:04, last heal 13:20',
    ]);
  });

  test.each<[string, WatchStatus, readonly string[]]>([
    [
      'is installed and does not run',
      { kind: 'ended', lastSeenAt: '2026-11-20T13:00:00.000Z', isInstalled: true, command: start },
      [
        `not running since 13:00: ${start}`,
        'without it: sessions younger than five minutes are not recorded, causes',
        'are told by counters and sockets, and nothing heals by itself',
      ],
    ],
    [
      'hangs',
      {
        kind: 'silent',
        pid: 4711,
        since: '2026-11-20T09:00:00.000Z',
        lastSeenAt: '2026-11-19T13:00:00.000Z',
        isInstalled: true,
        command: 'systemctl restart tmux-persist-watch.service',
      },
      [
        'hangs since 2026-11-19 13:00:',
        'systemctl restart tmux-persist-watch.service',
        'without it: sessions younger than five minutes are not recorded, causes',
        'are told by counters and sockets, and nothing heals by itself',
      ],
    ],
    [
      'was never wanted',
      { kind: 'never', isInstalled: false, command: 'tmux-persist watch' },
      ['not running; it would record at once, and heal: tmux-persist watch'],
    ],
    [
      'ran by hand some day',
      {
        kind: 'ended',
        lastSeenAt: '2026-11-18T13:00:00.000Z',
        isInstalled: false,
        command: 'tmux-persist watch --state-dir /srv/state',
      },
      [
        'not running since 2026-11-18 13:00; it would record at once, and heal:',
        'tmux-persist watch --state-dir /srv/state',
      ],
    ],
    [
      'belongs to others',
      { kind: 'never', isInstalled: false, command: null },
      ['not running; it would record at once, and heal'],
    ],
    [
      'cannot be seen',
      { kind: 'unknown', reason: 'permission\ndenied', isInstalled: true, command: null },
      [String.raw`unknown: permission\ndenied`],
    ],
  ])('%s', (_title, watch, lines) => {
    expect(watchStatusLines(watch, [], options)).toEqual(lines);
    for (const line of lines) expect(stringWidth(`watch: ${line}`)).toBeLessThanOrEqual(columns);
  });
});

describe('what is held back from healing', () => {
  test('is one line for each reason and time, without what is over', () => {
    const until = '2026-11-20T15:02:00.000Z';
    const lines = heldLines(
      [
        held('notes', 'healed-lately', until),
        held('work', 'switched-off'),
        held('talk', 'healed-lately', until),
        { ...held('far', 'memory'), socket: '/run/emo/work' },
        held('over', 'too-many', '2026-11-20T14:04:59.000Z'),
      ],
      { ...options, columns },
    );
    expect(lines).toEqual([
      'held back until 15:02: notes, talk (healed in the hour before)',
      'held back: work (heal is off in the roster)',
      'held back: /run/emo/work:far (the host is short of memory)',
    ]);
  });

  test.each(heldReasons)('for the reason %s fits on a line, however many and long the names are', (why) => {
    const until = '2026-11-21T15:02:00.000Z';
    for (const names of [
      ['a'.repeat(300)],
      ['日本'.repeat(60), 'b'],
      Array.from({ length: 200 }, (_, at) => `s${at}`),
    ]) {
      const [line = '', ...others] = heldLines(
        names.map((name) => held(name, why, until)),
        { ...options, columns },
      );
      expect(others).toEqual([]);
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(line).toMatch(/^held back until 2026-11-21 15:02: \S/);
    }
  });
});

function held(name: string, why: HeldRecord['why'], until: string | null = null): HeldRecord {
  return { name, socket: null, why, until };
}

function healedAt(lastHealAt: string | null): UserStatus {
  return sampleUserStatus('emo', { healing: { kind: 'known', lastHealAt, held: [] } });
}
