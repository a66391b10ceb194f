import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentFinding } from '../../../src/core/conversation.ts';
import type { Manifest, SessionEntry } from '../../../src/core/manifest.ts';
import type { Observation, ObservedSession } from '../../../src/core/observation.ts';
import { offeredSessions } from '../../../src/core/offer/offered-sessions.ts';
import { type SelectionRow, selectionRows } from '../../../src/core/offer/selection-rows.ts';
import { nothingSelected } from '../../../src/core/plan/selection.ts';
import {
  claude,
  clock,
  gone,
  live,
  manifest,
  noServer,
  observed,
  seen,
  serverB,
  situation,
  unreadable,
} from '../../support/builders.ts';
import { sampleAgent } from '../../state/sample-manifest.ts';
import { rosterUser } from '../../support/planning.ts';

const a = claude('conv-a');
const b = claude('conv-b');
const endedA = claude('conv-a', { at: clock(3), killed: false });
const killedA = claude('conv-a', { at: clock(3), killed: true });

const ofA = { agent: 'claude', conversation: 'conv-a' };
const ofShell = { agent: null, conversation: null };
const conversing = { kind: 'conversation', source: 'registry', confidence: 'high' } as const;

/** The one session of a snapshot, what the newest record has of it, and what runs. */
const table: readonly (readonly [
  title: string,
  then: SessionEntry,
  today: readonly SessionEntry[],
  seen: Observation,
  row: Partial<SelectionRow>,
])[] = [
  [
    'nothing runs and its server was killed',
    live('api', { holding: [a] }),
    [gone('api', 'server-died', { holding: [a] })],
    noServer,
    { state: 'missing', action: 'new', target: 'api', isTicked: true, cause: 'server-died', closedAt: null },
  ],
  [
    'it was lost before the snapshot',
    gone('api', 'killed', { holding: [a] }),
    [gone('api', 'killed', { holding: [a] })],
    noServer,
    { state: 'missing', action: 'new', target: 'api', isTicked: true, cause: 'killed', goneAt: clock(0) },
  ],
  [
    'an orderly end of its server took it',
    live('api'),
    [gone('api', 'server-stopped')],
    noServer,
    { state: 'missing', action: 'new', isTicked: true },
  ],
  [
    'it runs',
    live('api', { holding: [a] }),
    [live('api', { holding: [a] })],
    observed([seen('api', { holding: [a] })]),
    { state: 'live_same', action: 'skip', target: null, isTicked: false, cause: null, goneAt: null },
  ],
  [
    'it is a shell and runs',
    live('api'),
    [live('api')],
    observed([seen('api')]),
    { state: 'live_same', action: 'skip', conversation: null, agent: null },
  ],
  [
    'it runs under another name',
    live('api'),
    [live('apis')],
    observed([seen('apis')]),
    { state: 'live_same', action: 'skip', isTicked: false },
  ],
  [
    'its conversation runs in another session',
    live('api', { holding: [a] }),
    [gone('api', 'server-died', { holding: [a] }), live('api-1200', { holding: [a], tmuxId: '$5' })],
    observed([seen('api-1200', { holding: [a], tmuxId: '$5' })], serverB),
    { state: 'live_same', action: 'skip', target: null, isTicked: false },
  ],
  [
    'its name runs another conversation',
    live('api', { holding: [a] }),
    [gone('api', 'server-died', { holding: [a] }), live('api', { holding: [b], tmuxId: '$5' })],
    observed([seen('api', { holding: [b], tmuxId: '$5' })], serverB),
    { state: 'live_other_conv', action: 'suffixed', target: 'api-1200', isTicked: true },
  ],
  [
    'its agent was asked for another conversation',
    live('api', { holding: [a] }),
    [live('api', { holding: [b] })],
    observed([seen('api', { holding: [b] })]),
    { state: 'live_other_conv', action: 'suffixed', target: 'api-1200' },
  ],
  [
    'its agent was ended by its user',
    live('api', { holding: [a] }),
    [live('api', { holding: [endedA] })],
    observed([seen('api', { idlePanes: ['%0'] })]),
    { state: 'live_no_claude', action: 'in_place', target: 'api', isTicked: false, cause: null },
  ],
  [
    'its agent had been ended by its user before',
    withAgent(live('api', { holding: [endedA] }), conversing),
    [withAgent(live('api', { holding: [endedA] }), conversing)],
    observed([seen('api', { idlePanes: ['%0'] })]),
    { state: 'live_no_claude', action: 'in_place', target: 'api', isTicked: false, ...ofA },
  ],
  [
    'its agent was ended by its user, and it has another name',
    live('api', { holding: [a] }),
    [live('apis', { holding: [endedA] })],
    observed([seen('apis', { idlePanes: ['%0'] })]),
    { state: 'live_no_claude', action: 'in_place', target: 'apis', isTicked: false, ...ofA },
  ],
  [
    'one of its agents was ended by its user',
    live('api', { holding: [b, a] }),
    [live('api', { holding: [b, endedA] })],
    observed([seen('api', { holding: [b, null], idlePanes: ['%01'] })]),
    { state: 'live_no_claude', action: 'in_place', target: 'api', isTicked: false, ...ofA },
  ],
  [
    'one of its agents was ended, and the other one killed',
    live('api', { holding: [a, b] }),
    [live('api', { holding: [endedA, claude('conv-b', { at: clock(3), killed: true })] })],
    observed([seen('api', { holding: [null, null] })]),
    { state: 'live_no_claude', action: 'in_place', isTicked: true, ...ofA },
  ],
  [
    'its agent was ended by its user, and a crash took the shell',
    withAgent(live('api', { holding: [endedA] }), conversing),
    [withAgent(gone('api', 'server-died', { holding: [endedA] }), conversing)],
    noServer,
    { state: 'missing', action: 'new', isTicked: true, ...ofShell },
  ],
  [
    'nobody could tell the conversation of its agent, and a crash took it',
    withAgent(live('api'), { kind: 'unidentified', reason: 'it says nothing' }),
    [withAgent(gone('api', 'server-died'), { kind: 'unidentified', reason: 'it says nothing' })],
    noServer,
    { state: 'missing', action: 'new', ...ofShell },
  ],
  [
    'its agent had no conversation yet, and a crash took it',
    withAgent(live('api'), { kind: 'fresh' }),
    [withAgent(gone('api', 'server-died'), { kind: 'fresh' })],
    noServer,
    { state: 'missing', action: 'new', agent: 'claude', conversation: null },
  ],
  [
    'its agent without a conversation was ended',
    withAgent(live('api'), { kind: 'fresh' }),
    [live('api')],
    observed([seen('api')]),
    { state: 'live_same', action: 'skip', ...ofShell },
  ],
  [
    'its agent without a conversation runs',
    withAgent(live('api'), { kind: 'fresh' }),
    [withAgent(live('api'), { kind: 'fresh' })],
    observed([withAgent(seen('api'), { kind: 'fresh' })]),
    { state: 'live_same', action: 'skip', agent: 'claude', conversation: null },
  ],
  [
    'one of its conversations runs in another session',
    live('api', { holding: [a, b] }),
    [gone('api', 'server-died', { holding: [a, b] }), live('x', { holding: [b], tmuxId: '$5' })],
    observed([seen('x', { holding: [b], tmuxId: '$5' })], serverB),
    { state: 'missing', action: 'new', target: 'api', isTicked: true, ...ofA },
  ],
  [
    'its agent was killed',
    live('api', { holding: [a] }),
    [live('api', { holding: [killedA] })],
    observed([seen('api')]),
    { state: 'live_no_claude', action: 'in_place', target: 'api', isTicked: true },
  ],
  [
    'a terminal has taken its name again with a shell',
    live('api', { holding: [a] }),
    [gone('api', 'server-died', { holding: [a] }), live('api', { tmuxId: '$5' })],
    observed([seen('api', { tmuxId: '$5' })], serverB),
    { state: 'live_no_claude', action: 'in_place', target: 'api', isTicked: true, cause: 'server-died' },
  ],
  [
    'a terminal has taken the name of more windows than one',
    twoWindows(live('api', { holding: [a] })),
    [twoWindows(gone('api', 'server-died', { holding: [a] })), live('api', { tmuxId: '$5' })],
    observed([seen('api', { tmuxId: '$5' })], serverB),
    { state: 'live_no_claude', action: 'suffixed', target: 'api-1200', windows: 2, isTicked: true },
  ],
  [
    'a terminal has taken the name of several shells',
    twoWindows(live('api')),
    [twoWindows(gone('api', 'server-died')), live('api', { tmuxId: '$5' })],
    observed([seen('api', { tmuxId: '$5' })], serverB),
    { state: 'live_other_conv', action: 'suffixed', target: 'api-1200', isTicked: true },
  ],
  [
    'a person closed it later',
    live('api', { holding: [a] }),
    [gone('api', 'closed', { holding: [a], goneAt: clock(7) })],
    noServer,
    { state: 'missing', action: 'new', isTicked: false, closedAt: clock(7), cause: 'closed' },
  ],
  [
    'a person forgot it later',
    live('api'),
    [gone('api', 'forgotten', { goneAt: clock(7) })],
    noServer,
    { action: 'new', target: 'api', isTicked: false, closedAt: clock(7), cause: 'forgotten' },
  ],
  [
    'it came back after the snapshot, and a person closed it then',
    live('api', { holding: [a] }),
    [gone('api', 'closed', { holding: [a], tmuxId: '$9', createdAt: clock(4), goneAt: clock(7) })],
    noServer,
    { isTicked: false, closedAt: clock(7) },
  ],
  [
    'a crash took it later, and a person forgot that',
    live('api'),
    [gone('api', 'forgotten', { goneAt: clock(7), forgottenAt: clock(9) })],
    noServer,
    { isTicked: false, closedAt: clock(9), cause: 'forgotten', goneAt: clock(7) },
  ],
  [
    'it was lost before the snapshot, and a person forgot it later',
    gone('api', 'server-died', { holding: [a] }),
    [gone('api', 'forgotten', { holding: [a], forgottenAt: clock(9) })],
    noServer,
    { state: 'missing', action: 'new', isTicked: false, closedAt: clock(9), cause: 'forgotten', goneAt: clock(0) },
  ],
  [
    'it was lost before the snapshot, and a version that noted no time forgot it',
    gone('api', 'killed'),
    [gone('api', 'forgotten')],
    noServer,
    { isTicked: false, closedAt: clock(0), cause: 'forgotten' },
  ],
  [
    'it was lost before the snapshot, came back, and a person closed it then',
    gone('api', 'server-died', { holding: [a] }),
    [gone('api', 'closed', { holding: [a], tmuxId: '$9', createdAt: clock(4), goneAt: clock(7) })],
    noServer,
    { isTicked: false, closedAt: clock(7), cause: 'closed' },
  ],
  [
    'only the snapshot knows it',
    live('api', { holding: [a] }),
    [],
    noServer,
    { state: 'missing', action: 'new', isTicked: true, cause: null, goneAt: null, closedAt: null },
  ],
  [
    'nobody knows what runs',
    live('api'),
    [live('api')],
    unreadable,
    { state: 'live_same', action: 'skip', target: null, isTicked: false, reason: 'it is not known what runs' },
  ],
  [
    'nobody knows what runs, and it was lost before',
    gone('api', 'server-died', { holding: [a] }),
    [gone('api', 'server-died', { holding: [a] })],
    unreadable,
    { state: 'live_same', action: 'skip', target: null, isTicked: false, ...ofA },
  ],
  [
    'nobody knows what runs, and an agent ran in it at the last look',
    withAgent(live('api'), { kind: 'fresh' }),
    [withAgent(live('api'), { kind: 'fresh' })],
    unreadable,
    { state: 'live_same', action: 'skip', isTicked: false, agent: 'claude', conversation: null },
  ],
];

test.each(table)('when %s', (_title, then, today, observation, row) => {
  expect(rowsOf(manifest([then]), manifest(today), observation)).toEqual([
    expect.objectContaining({ name: 'api', ...row }),
  ]);
});

test('calls nothing missing on a server that nobody looked at', () => {
  const then = manifest([gone('api', 'server-died', { socket: '/run/emo/work', holding: [a] })]);
  expect(rowsOf(then, then, noServer)).toMatchObject([{ state: 'live_same', action: 'skip', isTicked: false }]);
});

test('does not say that an agent runs which a roster keeps from coming back', () => {
  const [then, today] = [
    manifest([live('scratch', { holding: [a] })]),
    manifest([live('scratch', { holding: [endedA] })]),
  ];
  const excluding = { rosterUser: rosterUser({}, { exclude: ['scratch'] }) };
  expect(rowsOf(then, today, observed([seen('scratch')]), excluding)).toMatchObject([
    { state: 'live_no_claude', action: 'skip', isTicked: false },
  ]);
});

test('offers nothing that a person had closed before the snapshot', () => {
  const then = manifest([gone('x', 'closed'), gone('y', 'forgotten'), live('z')]);
  expect(rowsOf(then, then, noServer).map(({ name }) => name)).toEqual(['z']);
});

test('does nothing for a session that the roster excludes, and says why', () => {
  const then = manifest([live('scratch', { holding: [a] })]);
  const excluding = { rosterUser: rosterUser({}, { exclude: ['scratch'] }) };
  expect(rowsOf(then, null, noServer, excluding)).toMatchObject([
    { action: 'skip', isTicked: false, reason: 'the roster excludes its name' },
  ]);
});

describe('the reason of a row', () => {
  const shell = observed([seen('api', { idlePanes: ['%00'] })]);
  const other = observed([seen('api', { holding: [b], tmuxId: '$5' })], serverB);
  test.each<readonly [string, SessionEntry, readonly SessionEntry[], Observation]>([
    ['its tmux server died', live('api'), [gone('api', 'server-died')], noServer],
    ['it was forgotten', live('api'), [gone('api', 'forgotten')], noServer],
    ['only snapshot 20261120T120000 holds it', live('api'), [], noServer],
    ['claude conv-a has ended in it', live('api', { holding: [a] }), [live('api', { holding: [endedA] })], shell],
    ['its name is live without claude conv-a', live('api', { holding: [a] }), [], shell],
    ['its name is live without its conversation', live('api', { holding: [a] }), [], other],
    ['it is running', live('api'), [live('api')], shell],
  ])('is %j, and does not claim that somebody has chosen', (reason, then, today, observation) => {
    expect(rowsOf(manifest([then]), manifest(today), observation)).toMatchObject([{ reason }]);
  });

  test('tells of other rows only what choosing these would do', () => {
    const lost = (name: string, conversation: typeof a, more: Parameters<typeof gone>[2] = {}) =>
      gone(name, 'reboot', { holding: [conversation], ...more });
    const then = manifest([
      lost('api', a),
      lost('api', b, { lastSeenAt: clock(-9) }),
      lost('web', a, { lastSeenAt: clock(-9) }),
    ]);
    expect(rowsOf(then, then, noServer)).toMatchObject([
      { name: 'api', action: 'new', reason: 'the host rebooted' },
      { name: 'conv-b', action: 'suffixed', reason: 'another session of its name would come back' },
      { name: 'web', action: 'skip', reason: 'its conversation would come back in api' },
    ]);
  });
});

describe('names of rows', () => {
  test('mean one session each, among namesakes the missing one first', () => {
    const lost = gone('api', 'killed', { holding: [a], tmuxId: '$3' });
    const then = manifest([live('api'), lost]);
    expect(rowsOf(then, then, observed([seen('api')]))).toMatchObject([{ name: 'api', conversation: 'conv-a' }]);
  });

  test('are conversation ids for further lost namesakes', () => {
    const then = manifest([
      gone('api', 'killed', { holding: [a], lastSeenAt: clock(-9) }),
      gone('api', 'reboot', { holding: [b] }),
    ]);
    const names = rowsOf(then, then, noServer).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['api', 'conv-a']);
  });

  test('have the socket before them on another server', () => {
    const then = manifest([live('api', { socket: '/run/emo/work' }), live('api')]);
    expect(rowsOf(then, null, noServer).map(({ name }) => name)).toEqual(['/run/emo/work:api', 'api']);
  });
});

describe('the target beside a namesake', () => {
  test.each([
    ['a'.repeat(27), `${'a'.repeat(27)}-1200`],
    ['a'.repeat(28), `${'a'.repeat(27)}-1200`],
    ['a'.repeat(32), `${'a'.repeat(27)}-1200`],
    ['a'.repeat(33), `${'a'.repeat(27)}-1200`],
    ['a'.repeat(45), `${'a'.repeat(27)}-1200`],
    ['é'.repeat(32), `${'é'.repeat(27)}-1200`],
    ['😀'.repeat(40), `${'😀'.repeat(27)}-1200`],
  ])('of %s is %s', (name, target) => {
    expect(besideOf(name, [])).toBe(target);
  });

  test.each([32, 45])('is numbered within 32 characters when it is taken, too, for a name of %d', (length) => {
    const name = 'a'.repeat(length);
    const first = `${'a'.repeat(27)}-1200`;
    expect(besideOf(name, [first])).toBe(`${'a'.repeat(25)}-1200-2`);
  });

  test('keeps its suffix, is free and is no longer than 32 characters, whatever the name and its neighbours', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(word, fc.nat(40), (name, taken) => {
        const others: string[] = [];
        for (let at = 0; at < taken; at += 1) others.push(besideOf(name, others));
        const target = besideOf(name, others);
        expect(others).not.toContain(target);
        expect(target).toMatch(/-1200(-\d+)?$/);
        expect(Array.from(target).length).toBeLessThanOrEqual(32);
      }),
      { numRuns: 40 },
    );
  });
});

/** The target of a session whose name another conversation has, beside others that run. */
function besideOf(name: string, others: readonly string[]): string {
  const then = manifest([live(name, { holding: [a] })]);
  const running = [
    seen(name, { holding: [b], tmuxId: '$1' }),
    ...others.map((one, at) => seen(one, { tmuxId: `$${at + 2}` })),
  ];
  return rowsOf(then, null, observed(running, serverB))[0]?.target ?? '';
}

function rowsOf(
  then: Manifest,
  today: Manifest | null,
  observation: Observation,
  overrides: Parameters<typeof situation>[1] = {},
): readonly SelectionRow[] {
  const { candidates: _, ...rest } = situation([], { observation, selection: nothingSelected, ...overrides });
  return selectionRows(offeredSessions('20261120T120000', then, today), rest);
}

function withAgent<Session extends SessionEntry | ObservedSession>(session: Session, found: AgentFinding): Session {
  const agent = sampleAgent(found);
  const windows = session.windows.map((one) => ({ ...one, panes: one.panes.map((pane) => ({ ...pane, agent })) }));
  return { ...session, windows };
}

function twoWindows<Entry extends SessionEntry>(entry: Entry): Entry {
  const [first] = entry.windows;
  if (first === undefined) throw new Error('a window was wanted');
  return { ...entry, windows: [first, { ...first, index: 1, active: false, panes: [] }] };
}
