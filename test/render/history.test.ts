import { expect, test } from 'vitest';
import type { HistoryChange, HistoryEvent } from '../../src/core/history.ts';
import { historyDocument, renderHistoryText } from '../../src/render/history.ts';
import { claude, conversationIds } from '../state/sample-manifest.ts';

const options = { color: false, utcOffsetMinutes: () => 0 };
const [first, second] = conversationIds;

function event(change: HistoryChange, minute = 0, session = 'notes'): HistoryEvent {
  return { at: `2026-11-20T14:${String(minute).padStart(2, '0')}:00.000Z`, snapshot: 'S', session, ...change };
}

test('events of several users stand in the order in which they happened', () => {
  const emo = [event({ kind: 'gone', cause: 'server-died', lastSeenAt: '' }, 1), event({ kind: 'back' }, 5)];
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
      '2026-11-20 14:01   emo      notes   gone: server died',
      '2026-11-20 14:03   wizard   b       renamed, was a',
      '2026-11-20 14:05   emo      notes   back',
      '',
    ].join('\n'),
  );
});

const ended = claude(first, { at: '', killed: false });

test.each<[HistoryChange, string]>([
  [{ kind: 'appeared', cwd: '/home/emo/code', conversation: claude(first) }, 'appeared in ~/code, claude 3f36c85e'],
  [{ kind: 'gone', cause: 'killed', lastSeenAt: '' }, 'gone: killed'],
  [{ kind: 'back' }, 'back'],
  [{ kind: 'renamed', from: 'old' }, 'renamed, was old'],
  [{ kind: 'conversation-changed', from: null, to: claude(first) }, 'claude 3f36c85e started'],
  [{ kind: 'conversation-changed', from: claude(first), to: null }, 'claude 3f36c85e left'],
  [
    { kind: 'conversation-changed', from: claude(first), to: claude(second) },
    'claude 3f36c85e replaced by claude a1b2c3d4',
  ],
  [{ kind: 'conversation-ended', conversation: ended, killed: false }, 'claude 3f36c85e ended'],
  [{ kind: 'conversation-ended', conversation: ended, killed: true }, 'claude 3f36c85e was killed'],
  [{ kind: 'directory-changed', from: '/home/emo', to: '/srv' }, 'moved from ~ to /srv'],
  [
    { kind: 'cause-corrected', from: 'server-stopped', to: 'reboot' },
    'cause corrected: host rebooted, not server stopped',
  ],
  [{ kind: 'left-record' }, 'left the record; older snapshots hold it'],
])('%j reads: %s', (change, words) => {
  const text = renderHistoryText([{ user: 'emo', home: '/home/emo', events: [event(change)] }], options);
  expect(text).toBe(`2026-11-20 14:00   emo   notes   ${words}\n`);
});

test('losses and returns stand out in colour', () => {
  const events = [event({ kind: 'gone', cause: 'killed', lastSeenAt: '' }), event({ kind: 'back' }, 1)];
  const text = renderHistoryText([{ user: 'emo', home: null, events }], { ...options, color: true });
  expect(text).toContain('\x1b[31mgone: killed\x1b[39m');
  expect(text).toContain('\x1b[32mback\x1b[39m');
});

test('the JSON of a history holds the events of each user', () => {
  const events = [event({ kind: 'back' })];
  expect(historyDocument([{ user: 'emo', home: '/home/emo', events }])).toEqual({
    formatVersion: 1,
    kind: 'history',
    users: [{ user: 'emo', events }],
  });
});
