import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/core/plan/action.ts';
import type { SessionEntry } from '../../../src/core/manifest.ts';
import type { ManagedServer, Observation, ObservedSession } from '../../../src/core/observation.ts';
import { matchSelector } from '../../../src/core/plan/selection.ts';
import { candidatesOf } from '../../../src/core/plan/candidate.ts';
import { managesSocket, placeOf } from '../../../src/core/servers.ts';
import { claude, clock, gone, live, manifest, observed, seen, serverB } from '../../support/builders.ts';
import { named, plannedFor, rosterUser } from '../../support/planning.ts';

const work = '/run/emo/work';
const one = { holding: [claude('conv-one')] };
const emo = rosterUser({}, { sockets: ['default', 'work'] });

describe('a session that was lost on another server', () => {
  test('comes back on its own socket', () => {
    const observation = beside([], { [work]: [] });
    expect(inWords([gone('api', 'server-died', { socket: work })], observation)).toEqual([`${work}:api create as api`]);
  });

  test('comes back although the default server has a session of its name', () => {
    const observation = beside([seen('api')], { [work]: 'stale' });
    expect(inWords([gone('api', 'server-died', { socket: work })], observation)).toEqual([`${work}:api create as api`]);
  });

  test('is in conflict when its own server has its name', () => {
    const observation = beside([], { [work]: [seen('api')] });
    const lost = gone('api', 'server-died', { socket: work, ...one });
    expect(inWords([lost], observation)).toEqual([`${work}:api conflict as api-1155`]);
  });

  test('comes to the default server when its directory is gone, and the plan says so', () => {
    const observation = beside([seen('notes')], { [work]: 'missing' }, false);
    const [action] = planned([gone('api', 'server-died', { socket: work })], observation);
    expect(action).toMatchObject({ action: 'create', as: 'api', reason: expect.stringContaining(work) });
    expect(action === undefined ? '' : placeOf(action.candidate.session, observation)).toBeNull();
  });

  test('is in conflict when it comes to the default server, where its name is taken', () => {
    const observation = beside([seen('api')], { [work]: 'missing' }, false);
    const lost = gone('api', 'server-died', { socket: work, ...one });
    expect(inWords([lost], observation)).toEqual([`${work}:api conflict as api-1155`]);
  });

  test('stays away when the roster does not manage its socket', () => {
    const [action] = plannedFor([gone('api', 'server-died', { socket: work })], {
      rosterUser: rosterUser(),
      observation: beside([], { [work]: [] }),
    });
    expect(action).toMatchObject({ action: 'hold', reason: expect.stringContaining('does not manage') });
  });

  test.each([gone('api', 'server-died', { socket: work }), live('api', { socket: work })])(
    'stays as it is in a run that looks at one server',
    (entry) => {
      const [action] = plannedFor([entry], { rosterUser: emo, observation: observed([]) });
      expect(action).toMatchObject({ action: 'hold', reason: expect.stringContaining(work) });
    },
  );
});

describe('a conversation', () => {
  const lost = gone('api', 'server-died', one);

  test('that runs on another server is not started again', () => {
    const observation = beside([], { [work]: [seen('mine', one)] });
    expect(planned([lost], observation)[0]).toMatchObject({
      action: 'hold',
      reason: `its conversation is live in mine on ${work}`,
    });
  });

  test('comes back once when two servers lost it: where it was last', () => {
    const later = gone('copy', 'server-died', { socket: work, ...one, lastSeenAt: clock(-1) });
    const actions = planned([lost, later], beside([], { [work]: 'stale' }));
    expect(actions.map(({ action, candidate }) => [candidate.session.name, action])).toEqual([
      ['api', 'hold'],
      ['copy', 'create'],
    ]);
  });

  test('that ended in a session of another server is resumed in the pane of that server', () => {
    const ended = { holding: [claude('conv-one', { at: clock(-3), killed: false })] };
    const entries = [live('api', { tmuxId: '$5', ...ended, socket: work }), live('api', { tmuxId: '$5' })];
    const [, { candidates, selection }] = named(entries, 'api');
    const mine = candidates.map((candidate) => ({ ...candidate, selected: candidate.session.socket === work }));
    const observation = beside([seen('api', { tmuxId: '$5' })], {
      [work]: [seen('api', { tmuxId: '$5', idlePanes: ['%50'] })],
    });
    const actions = plannedFor(entries, { rosterUser: emo, observation, candidates: mine, selection });
    const resumed = actions.filter(({ action }) => action === 'resume');
    expect(resumed.map(({ candidate }) => candidate.session.socket)).toEqual([work]);
  });
});

describe('the windows that a session shares', () => {
  test('are those of the owner on its own server', () => {
    const mirror = gone('mirror', 'server-died', { socket: work, sharesWindowsOf: 'api', windows: [] });
    const owner = gone('api', 'server-died', { socket: work });
    const stranger = gone('api', 'closed');
    const actions = planned([mirror, owner, stranger], beside([], { [work]: 'stale' }));
    expect(actions.find(({ candidate }) => candidate.session.name === 'mirror')).toMatchObject({
      action: 'create',
      joins: 'api',
    });
  });
});

describe('a selector', () => {
  const pool = [{ user: 'emo', candidates: candidatesOf(manifest([gone('api', 'closed'), lostThere()])) }];

  test('means the session on the default server by its name alone', () => {
    expect(matchSelector('api', pool)).toMatchObject({ kind: 'one', candidate: { session: { socket: null } } });
  });

  test('means the one on another server by that socket and its name', () => {
    expect(matchSelector(`${work}:api`, pool)).toMatchObject({ candidate: { session: { socket: work } } });
  });

  test('is offered with the socket where two servers lost one name', () => {
    const actions = planned([gone('api', 'closed'), lostThere()], beside([], { [work]: 'stale' }));
    expect(actions.map((action) => (action.action === 'hold' ? action.selector : null))).toEqual([
      'api',
      `${work}:api`,
    ]);
  });
});

describe('a socket', () => {
  test.each([
    [null, [], true],
    ['/tmp/elsewhere/default', ['default'], true],
    ['/tmp/tmux-1001/work', ['default'], false],
    ['/tmp/tmux-1001/work-2', ['work*'], true],
    ['/run/emo/sock', ['/run/emo/*'], true],
    ['/run/emo/sock', ['/run/emo'], false],
    ['/run/emo/sock', ['emo'], false],
  ] as const)('%s is managed by %j: %s', (socket, sockets, expected) => {
    expect(managesSocket({ sockets }, socket)).toBe(expected);
  });
});

function lostThere(): SessionEntry {
  return gone('api', 'closed', { socket: work });
}

type Told = readonly ObservedSession[] | 'stale' | 'missing';

function beside(
  sessions: readonly ObservedSession[],
  told: Readonly<Record<string, Told>>,
  canStart = true,
): Observation {
  const managed = Object.entries(told).map(([socket, what]): ManagedServer => ({
    socket,
    observation:
      typeof what === 'string'
        ? { kind: 'absent', socket: what }
        : { kind: 'observed', server: serverB, configFiles: null, sessions: what },
    canStart,
  }));
  return { ...observed(sessions), beside: { managed, unmanaged: [] } };
}

function planned(entries: readonly SessionEntry[], observation: Observation): readonly Action[] {
  return plannedFor(entries, { rosterUser: emo, observation });
}

/** Every action in a few words, with the socket of its session where that is not the default one. */
function inWords(entries: readonly SessionEntry[], observation: Observation): readonly string[] {
  return planned(entries, observation).map((action) => {
    const { name, socket } = action.candidate.session;
    const as = 'as' in action ? ` as ${action.as}` : '';
    return `${socket === null ? name : `${socket}:${name}`} ${action.action}${as}`;
  });
}
