import { expect, test } from 'vitest';
import type { Killer } from '../../../src/core/endings.ts';
import type { HistoryChange, HistoryEvent } from '../../../src/core/record/history.ts';
import { historyDocument, renderHistoryText } from '../../../src/render/records/history.ts';
import { breachesOf } from '../../support/printed-document.ts';
import { claude, conversationIds } from '../../state/sample-manifest.ts';

const options = { color: false, utcOffsetMinutes: () => 0, columns: null };
const [first, second] = conversationIds;

const seenAt = '2026-11-20T13:59:00.000Z';

function event(change: HistoryChange, minute = 0, session = 'notes'): HistoryEvent {
  return {
    at: `2026-11-20T14:${String(minute).padStart(2, '0')}:00.000Z`,
    snapshot: `20261120T14${String(minute).padStart(2, '0')}00.000Z`,
    session,
    ...change,
  };
}

test('events of several users stand in the order in which they happened', () => {
  const emo = [
    event({ kind: 'gone', cause: 'server-died', killer: null, lastSeenAt: seenAt }, 1),
    event({ kind: 'back' }, 5),
  ];
  const wizard = [event({ kind: 'renamed', from: 'a' }, 3, 'b')];
  const text = renderHistoryText(
    [
      { user: 'emo', home: null, events: emo },
      { user: 'wizard', home: null, events: wizard },
    ],
    options,
  );
  expect(text).toBe(
    [
      'TIME (UTC)         SNAPSHOT          USER     SESSION   WHAT',
      '2026-11-20 14:01   20261120T140100   emo      notes     gone: server died',
      '2026-11-20 14:03   20261120T140300   wizard   b         renamed, was a',
      '2026-11-20 14:05   20261120T140500   emo      notes     back',
      '',
    ].join('\n'),
  );
});

const ended = claude(first, { at: '', killed: false });
const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };

test.each<[HistoryChange, string]>([
  [{ kind: 'appeared', cwd: '/home/emo/code', conversation: claude(first) }, 'appeared in ~/code, claude 3f36c85e'],
  [{ kind: 'gone', cause: 'killed', killer: null, lastSeenAt: seenAt }, 'gone: killed'],
  [{ kind: 'back' }, 'back'],
  [{ kind: 'renamed', from: 'old' }, 'renamed, was old'],
  [{ kind: 'conversation-changed', from: null, to: claude(first) }, 'claude 3f36c85e started'],
  [{ kind: 'conversation-changed', from: claude(first), to: null }, 'claude 3f36c85e left'],
  [
    { kind: 'conversation-changed', from: claude(first), to: claude(second) },
    'claude 3f36c85e replaced by claude a1b2c3d4',
  ],
  [{ kind: 'conversation-ended', conversation: ended, killed: false, killer: null }, 'claude 3f36c85e ended'],
  [{ kind: 'conversation-ended', conversation: ended, killed: true, killer: null }, 'claude 3f36c85e was killed'],
  [{ kind: 'directory-changed', from: '/home/emo', to: '/srv' }, 'moved from ~ to /srv'],
  [
    { kind: 'cause-corrected', from: 'server-stopped', to: 'reboot', killer: null },
    'cause corrected: host rebooted, not server stopped',
  ],
  [{ kind: 'cause-corrected', from: 'closed', to: 'forgotten', killer: null }, 'forgotten, was closed'],
  [{ kind: 'left-record' }, 'left the record; older snapshots hold it'],
  [{ kind: 'gone', cause: 'killed', killer: earlyoom, lastSeenAt: seenAt }, 'gone: killed by earlyoom'],
  [
    { kind: 'gone', cause: 'server-died', killer: { kind: 'host' }, lastSeenAt: seenAt },
    'gone: server killed by the kernel: the host had no memory',
  ],
  [
    { kind: 'cause-corrected', from: 'closed', to: 'killed', killer: earlyoom },
    'cause corrected: killed by earlyoom, not closed',
  ],
  [{ kind: 'cause-corrected', from: 'killed', to: 'killed', killer: earlyoom }, 'as is known now: killed by earlyoom'],
  [
    { kind: 'conversation-ended', conversation: ended, killed: true, killer: earlyoom },
    'claude 3f36c85e was killed by earlyoom',
  ],
  [
    { kind: 'conversation-end-corrected', conversation: ended, killed: true, killer: earlyoom },
    'as is known now: claude 3f36c85e was killed by earlyoom',
  ],
])('%j reads: %s', (change, words) => {
  const text = renderHistoryText([{ user: 'emo', home: '/home/emo', events: [event(change)] }], options);
  expect(text.split('\n')[1]).toBe(`2026-11-20 14:00   20261120T140000   emo    notes     ${words}`);
  const document = historyDocument([{ user: 'emo', home: '/home/emo', events: [event(change)] }]);
  expect(breachesOf(document)).toEqual([]);
});

test('the id of a snapshot is whole where another one was taken in the same second', () => {
  const events = ['20261120T140000', '20261120T140000'].map((snapshot) => ({
    ...event({ kind: 'back' }),
    snapshot,
  }));
  const text = renderHistoryText([{ user: 'emo', home: null, events }], options);
  expect(text.match(/20261120T\S+/g)).toEqual(['20261120T140000', '20261120T140000']);
});

test('on a terminal, what has no room on a line of 80 columns stands below it', () => {
  const killer: Killer = { kind: 'host' };
  const events = [
    event({ kind: 'gone', cause: 'server-died', killer, lastSeenAt: seenAt }),
    event({ kind: 'back' }, 1),
  ];
  const text = renderHistoryText([{ user: 'emo', home: null, events }], {
    ...options,
    utcOffsetMinutes: () => 60,
    columns: 80,
  });
  expect(text).toBe(
    [
      'TIME (UTC+1)       SNAPSHOT          USER   SESSION   WHAT',
      '2026-11-20 15:00   20261120T140000   emo    notes',
      '      gone: server killed by the kernel: the host had no memory',
      '2026-11-20 15:01   20261120T140100   emo    notes     back',
      '',
    ].join('\n'),
  );
});

test('losses and returns stand out in colour', () => {
  const events = [
    event({ kind: 'gone', cause: 'killed', killer: null, lastSeenAt: seenAt }),
    event({ kind: 'back' }, 1),
  ];
  const text = renderHistoryText([{ user: 'emo', home: null, events }], { ...options, color: true });
  expect(text).toContain('\x1b[31mnotes\x1b[39m     gone: killed\n');
  expect(text).toContain('\x1b[32mnotes\x1b[39m     back\n');
});

test('the JSON of a history names the killer in the words of all documents', () => {
  const events = [event({ kind: 'gone', cause: 'killed', killer: earlyoom, lastSeenAt: seenAt })];
  expect(historyDocument([{ user: 'emo', home: '/home/emo', events }]).users[0]?.events).toMatchObject([
    { kind: 'gone', cause: 'killed', killer: { by: 'earlyoom', cgroup: null, limitMib: null } },
  ]);
});

test('the JSON of a history holds the events of each user', () => {
  const events = [event({ kind: 'back' })];
  expect(historyDocument([{ user: 'emo', home: '/home/emo', events }])).toEqual({
    formatVersion: 1,
    kind: 'history',
    users: [{ user: 'emo', events }],
  });
});
