import { describe, expect, test } from 'vitest';
import type { Killer } from '../../../src/core/endings.ts';
import { eventsOf, type HistoryEvent, type StoredManifest } from '../../../src/core/record/history.ts';
import type { Manifest, SessionEntry } from '../../../src/core/manifest.ts';
import { record } from '../../../src/core/record/record.ts';
import {
  claude,
  conversationIds,
  sampleGone,
  sampleLive,
  sampleManifest,
  sampleWindows,
} from '../../state/sample-manifest.ts';

const [first, second] = conversationIds;
const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };

/** What history tells of records, oldest first. */
function historyOf(snapshots: readonly StoredManifest[]): readonly HistoryEvent[] {
  return snapshots.flatMap((one, at) => eventsOf({ ...one, before: snapshots[at - 1]?.manifest ?? null }));
}

/** What history tells about the last of some records, without the place that every event has. */
function lastChanges(...records: readonly (readonly SessionEntry[] | Manifest)[]): readonly object[] {
  const snapshots = records.map((one, at) => ({
    id: `S${at}`,
    manifest: 'sessions' in one ? one : sampleManifest(one),
  }));
  return historyOf(snapshots)
    .filter((event) => event.snapshot === snapshots.at(-1)?.id)
    .map(({ at: _at, snapshot: _snapshot, ...change }) => change);
}

describe('the history of sessions', () => {
  test('is empty without snapshots', () => {
    expect(historyOf([])).toEqual([]);
  });

  test('starts with what the first snapshot holds', () => {
    const windows = sampleWindows({ cwd: '/srv', conversation: claude(first) });
    const events = historyOf([
      { id: 'S0', manifest: sampleManifest([sampleLive({ windows }), sampleGone({ name: 'old', cause: 'closed' })]) },
    ]);
    expect(events).toEqual<HistoryEvent[]>([
      {
        at: '2026-11-20T13:59:51.204Z',
        snapshot: 'S0',
        session: 'notes',
        kind: 'appeared',
        cwd: '/srv',
        conversation: claude(first),
      },
      {
        at: '2026-11-20T13:59:51.204Z',
        snapshot: 'S0',
        session: 'old',
        kind: 'gone',
        cause: 'closed',
        killer: null,
        lastSeenAt: '2026-11-20T13:59:51.204Z',
      },
    ]);
  });

  test('tells nothing where nothing changed', () => {
    const entries = [sampleLive(), sampleGone({ name: 'old' })];
    expect(lastChanges(entries, entries)).toEqual([]);
  });

  test('tells that a session went, and why', () => {
    expect(lastChanges([sampleLive()], [sampleGone({ cause: 'killed' })])).toEqual([
      { session: 'notes', kind: 'gone', cause: 'killed', killer: null, lastSeenAt: '2026-11-20T13:59:51.204Z' },
    ]);
  });

  test('tells that a session is back on another server', () => {
    const windows = sampleWindows({ conversation: claude(first) });
    expect(lastChanges([sampleGone({ windows })], [sampleLive({ tmuxId: '$9', windows })])).toEqual([
      { session: 'notes', kind: 'back' },
    ]);
  });

  test('does not take a namesake without the conversation for the session', () => {
    const lost = sampleGone({ windows: sampleWindows({ conversation: claude(first) }) });
    expect(lastChanges([lost], [sampleLive({ tmuxId: '$9' }), lost])).toEqual([
      { session: 'notes', kind: 'appeared', cwd: '/home/emo/code', conversation: null },
    ]);
  });

  test('follows a renamed session by its tmux id', () => {
    expect(lastChanges([sampleLive({ name: 'a' })], [sampleLive({ name: 'b' })])).toEqual([
      { session: 'b', kind: 'renamed', from: 'a' },
    ]);
  });

  test('does not follow a tmux id to another server', () => {
    const restarted = { ...sampleManifest([sampleLive({ name: 'b' })]), server: { pid: 5, startTime: 6 } };
    expect(lastChanges([sampleLive({ name: 'a' })], restarted)).toEqual([
      { session: 'b', kind: 'appeared', cwd: '/home/emo/code', conversation: null },
      { session: 'a', kind: 'left-record' },
    ]);
  });

  test('tells two swapped names apart', () => {
    const before = [sampleLive({ name: 'a', tmuxId: '$1' }), sampleLive({ name: 'b', tmuxId: '$2' })];
    const after = [sampleLive({ name: 'a', tmuxId: '$2' }), sampleLive({ name: 'b', tmuxId: '$1' })];
    expect(lastChanges(before, after)).toEqual([
      { session: 'a', kind: 'renamed', from: 'b' },
      { session: 'b', kind: 'renamed', from: 'a' },
    ]);
  });

  test.each([
    ['started', null, claude(first), { kind: 'conversation-changed', from: null, to: claude(first) }],
    [
      'replaced',
      claude(first),
      claude(second),
      { kind: 'conversation-changed', from: claude(first), to: claude(second) },
    ],
    ['gone without a trace', claude(first), null, { kind: 'conversation-changed', from: claude(first), to: null }],
  ])('tells that a conversation was %s', (_, before, after, change) => {
    expect(
      lastChanges(
        [sampleLive({ windows: sampleWindows({ conversation: before }) })],
        [sampleLive({ windows: sampleWindows({ conversation: after }) })],
      ),
    ).toEqual([{ session: 'notes', ...change }]);
  });

  test.each([true, false])('tells that a conversation ended, killed: %s', (killed) => {
    const ended = claude(first, { at: '2026-11-20T13:00:00.000Z', killed });
    expect(
      lastChanges(
        [sampleLive({ windows: sampleWindows({ conversation: claude(first) }) })],
        [sampleLive({ windows: sampleWindows({ conversation: ended }) })],
      ),
    ).toEqual([{ session: 'notes', kind: 'conversation-ended', conversation: ended, killed, killer: null }]);
  });

  test('tells that a session moved to another directory', () => {
    expect(
      lastChanges(
        [sampleLive({ windows: sampleWindows({ cwd: '/a' }) })],
        [sampleLive({ windows: sampleWindows({ cwd: '/b' }) })],
      ),
    ).toEqual([{ session: 'notes', kind: 'directory-changed', from: '/a', to: '/b' }]);
  });

  test('tells that a cause was corrected', () => {
    expect(lastChanges([sampleGone({ cause: 'server-stopped' })], [sampleGone({ cause: 'reboot' })])).toEqual([
      { session: 'notes', kind: 'cause-corrected', from: 'server-stopped', to: 'reboot', killer: null },
    ]);
  });

  test('tells who killed it, at once or later', () => {
    const [before, killed] = [sampleGone({ cause: 'killed' }), sampleGone({ cause: 'killed', killer: earlyoom })];
    const { lastSeenAt } = killed;
    expect(lastChanges([sampleLive()], [killed])).toEqual([
      { session: 'notes', kind: 'gone', cause: 'killed', killer: earlyoom, lastSeenAt },
    ]);
    expect(lastChanges([sampleGone({ cause: 'closed' })], [killed])).toEqual([
      { session: 'notes', kind: 'cause-corrected', from: 'closed', to: 'killed', killer: earlyoom },
    ]);
    expect(lastChanges([before], [killed])).toEqual([
      { session: 'notes', kind: 'cause-corrected', from: 'killed', to: 'killed', killer: earlyoom },
    ]);
    expect(lastChanges([killed], [killed])).toEqual([]);
  });

  test.each([sampleLive, sampleGone])('tells who killed a conversation that had ended (%#)', (sample) => {
    const ended = claude(first, { at: '2026-11-20T13:00:00.000Z', killed: false });
    const killed = claude(first, { at: '2026-11-20T13:00:00.000Z', killed: true, killer: earlyoom });
    const entries = [ended, killed].map((conversation) => [sample({ windows: sampleWindows({ conversation }) })]);
    expect(lastChanges(...entries)).toEqual([
      {
        session: 'notes',
        kind: 'conversation-end-corrected',
        conversation: killed,
        killed: true,
        killer: earlyoom,
      },
    ]);
    expect(lastChanges(...entries.slice(1), ...entries.slice(1))).toEqual([]);
  });

  test('corrects the cause of the right one of two losses of one name', () => {
    const older = sampleGone({ cause: 'closed', goneAt: '2026-11-19T10:00:00.000Z' });
    const newer = sampleGone({ cause: 'server-stopped' });
    expect(lastChanges([newer, older], [{ ...newer, cause: 'reboot' }, older])).toEqual([
      { session: 'notes', kind: 'cause-corrected', from: 'server-stopped', to: 'reboot', killer: null },
    ]);
  });

  test('tells that an entry left the record', () => {
    expect(lastChanges([sampleGone()], [])).toEqual([{ session: 'notes', kind: 'left-record' }]);
  });

  test('reads what record writes: a crash, then a restore', () => {
    const origin = { user: 'emo', uid: 1000, host: 'devvm' };
    const evidence = {
      bootId: 'b7a8e5d2-0000-4000-8000-000000000001',
      initStartTime: '7',
      oomKilled: false,
      kills: [],
      serverEndings: [],
      serverEnd: null,
      recentSaves: [],
      made: [],
    };
    const before = sampleManifest([sampleLive()]);
    const crashed = record(before, { kind: 'absent', socket: 'stale' }, evidence, '2026-11-20T14:02:00.000Z', origin);
    const restored = record(
      crashed,
      {
        kind: 'observed',
        server: { pid: 7, startTime: 8 },
        configFiles: null,
        sessions: [
          {
            ...sampleLive(),
            tmuxId: '$0',
            createdAt: '2026-11-20T14:03:00.000Z',
            managed: true,
            idlePanes: [],
            deadPanes: [],
            stamped: null,
          },
        ],
      },
      evidence,
      '2026-11-20T14:04:00.000Z',
      origin,
    );
    if (crashed === null || restored === null) throw new Error('record gave nothing');
    const events = historyOf([before, crashed, restored].map((manifest) => ({ id: manifest.takenAt, manifest })));
    expect(events.map((event) => [event.at, event.kind])).toEqual([
      ['2026-11-20T13:59:51.204Z', 'appeared'],
      ['2026-11-20T14:02:00.000Z', 'gone'],
      ['2026-11-20T14:04:00.000Z', 'back'],
    ]);
  });
});
