import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/core/evidence.ts';
import { panesOf, type Manifest, type SessionEntry } from '../../src/core/manifest.ts';
import type { Observation } from '../../src/core/observation.ts';
import { record } from '../../src/core/record.ts';
import {
  claude,
  clock,
  deadServer,
  evidence,
  gone,
  live,
  manifest,
  noServer,
  observed,
  seen,
  serverB,
  unreadable,
} from '../support/builders.ts';

const origin = { user: 'emo', uid: 1001, host: 'devvm' };

const api = { tmuxId: '$1', holding: [claude('conv-api')] };
const notes = { tmuxId: '$2' };
const web = { tmuxId: '$3', holding: [claude('conv-web')] };
const three = manifest([live('api', api), live('notes', notes), live('web', web)]);

describe('why a session is gone', () => {
  const stays = observed([seen('notes', notes)]);
  const table: readonly [string, Observation, Partial<Evidence>, readonly string[]][] = [
    ['another boot, no server', noServer, { bootId: 'boot-2' }, all('gone reboot')],
    ['another boot, a stale socket', deadServer, { bootId: 'boot-2' }, all('gone reboot')],
    ['another boot beats a risen counter', noServer, { bootId: 'boot-2', oomKilled: true }, all('gone reboot')],
    [
      'another boot, the same pid and start time',
      stays,
      { bootId: 'boot-2' },
      ['api gone reboot', 'notes live', 'web gone reboot'],
    ],
    ['a dead server with its socket', deadServer, {}, all('gone server-died')],
    ['a dead server with its socket, the counter rose', deadServer, { oomKilled: true }, all('gone server-died')],
    ['no server, no socket', noServer, {}, all('gone server-stopped')],
    ['no server, no socket, the counter rose', noServer, { oomKilled: true }, all('gone server-stopped')],
    [
      'another server, two vanished',
      observed([seen('notes', { tmuxId: '$0' })], serverB),
      {},
      ['api gone server-died', 'notes live', 'web gone server-died'],
    ],
    [
      'another server, one vanished',
      observed([seen('notes', { tmuxId: '$0' }), seen('web', { ...web, tmuxId: '$1' })], serverB),
      {},
      ['api gone server-stopped', 'notes live', 'web live'],
    ],
    [
      'another server, nothing vanished',
      observed([seen('api', api), seen('notes', notes), seen('web', web)], serverB),
      {},
      ['api live', 'notes live', 'web live'],
    ],
    [
      'the same pid, another start time, is another server',
      observed([], { pid: three.server?.pid ?? 0, startTime: 7 }),
      {},
      all('gone server-died'),
    ],
    [
      'another pid, the same start time, is another server',
      observed([], { pid: 7, startTime: three.server?.startTime ?? 0 }),
      {},
      all('gone server-died'),
    ],
    [
      'the server lives, the counter rose',
      stays,
      { oomKilled: true },
      ['api gone killed', 'notes live', 'web gone killed'],
    ],
    ['the server lives, no violence', stays, {}, ['api gone closed', 'notes live', 'web gone closed']],
    ['the server lives without any session', observed([]), {}, all('gone closed')],
    ['a server without any session that does not tell which it is', observed([], null), {}, all('gone closed')],
  ];

  test.each(table)('%s', (_title, observation, facts, expected) => {
    expect(standing(next(three, observation, facts))).toEqual(expected);
  });

  function all(state: string): readonly string[] {
    return ['api', 'notes', 'web'].map((name) => `${name} ${state}`);
  }
});

describe('what is recorded of a session that is gone', () => {
  test('it keeps its structure and tells when it was last seen and when it was missed', () => {
    const [entry] = next(
      manifest([live('api', api)]),
      deadServer,
      { recentSaves: [clock(20), clock(15)] },
      clock(25),
    ).sessions;
    expect(entry).toEqual({
      ...live('api', api),
      state: 'gone',
      cause: 'server-died',
      lastSeenAt: clock(20),
      goneAt: clock(25),
    });
  });

  test('without a known save it was last seen when the record was taken', () => {
    const [entry] = next(manifest([live('api', api)]), deadServer, { recentSaves: [] }, clock(25)).sessions;
    expect(entry?.lastSeenAt).toBe(clock(0));
  });

  test('it does not change while it stays gone, whatever is seen later', () => {
    const lost = next(three, deadServer);
    for (const later of [noServer, deadServer, observed([], serverB)]) {
      expect(next(lost, later, { oomKilled: true }, clock(60)).sessions).toEqual(lost.sessions);
    }
  });
});

describe('a first record', () => {
  test('holds what is live', () => {
    const first = next(null, observed([seen('web', web), seen('api', api)]));
    expect(first).toEqual({
      ...origin,
      takenAt: clock(5),
      bootId: 'boot-1',
      server: three.server,
      sessions: [live('api', { ...api, lastSeenAt: clock(5) }), live('web', { ...web, lastSeenAt: clock(5) })],
    });
  });

  test('is empty without a server', () => {
    expect(next(null, noServer)).toMatchObject({ server: null, sessions: [] });
  });

  test('is not made from what could not be seen', () => {
    expect(record(null, unreadable, evidence(), clock(5), origin)).toBeNull();
  });

  test('made from an import counts what is live under its name and holds the rest as lost in a reboot', () => {
    const imported = manifest(
      [
        live('api', { tmuxId: null, holding: [claude('conv-api')] }),
        live('notes', { tmuxId: null }),
        live('web', { tmuxId: null, holding: [claude('conv-web')] }),
      ],
      { bootId: null, server: null },
    );
    const after = next(imported, observed([seen('api', api), seen('notes', notes)]));
    expect(standing(after)).toEqual(['api live', 'notes live', 'web gone reboot']);
    expect(after.sessions[0]?.tmuxId).toBe('$1');
  });
});

describe('what could not be seen', () => {
  test('changes nothing, not even after a reboot', () => {
    expect(record(three, unreadable, evidence({ bootId: 'boot-2', oomKilled: true }), clock(5), origin)).toBe(three);
  });
});

describe('a session that lives on', () => {
  test('is seen again, with its structure of now', () => {
    const after = next(three, observed([seen('notes', { ...notes, path: '/srv' })]));
    expect(find(after, 'notes')).toEqual(live('notes', { ...notes, path: '/srv', lastSeenAt: clock(5) }));
  });

  test('is joined by a new one', () => {
    const after = next(
      three,
      observed([seen('api', api), seen('notes', notes), seen('web', web), seen('new', { tmuxId: '$4' })]),
    );
    expect(standing(after)).toEqual(['api live', 'new live', 'notes live', 'web live']);
  });

  test('keeps its identity through a rename on the same server', () => {
    const after = next(manifest([live('api', api)]), observed([seen('backend', api)]));
    expect(standing(after)).toEqual(['backend live']);
  });

  test('keeps its identity when two swap their names', () => {
    const after = next(manifest([live('api', api), live('web', web)]), observed([seen('web', api), seen('api', web)]));
    expect(after.sessions.map((entry) => [entry.name, entry.tmuxId, conversations(entry)])).toEqual([
      ['api', '$3', ['conv-web']],
      ['web', '$1', ['conv-api']],
    ]);
  });

  test('is another one when the same tmux id is used by another server', () => {
    const after = next(manifest([live('api', api)]), observed([seen('other', { tmuxId: '$1' })], serverB));
    expect(standing(after)).toEqual(['api gone server-stopped', 'other live']);
  });

  test('takes in a gone plain session when it is renamed to its name', () => {
    const before = manifest([gone('notes', 'closed'), live('draft', notes)]);
    expect(standing(next(before, observed([seen('notes', notes)])))).toEqual(['notes live']);
  });

  test('does not take in a gone conversation when it is renamed to its name', () => {
    const before = manifest([gone('api', 'server-died', api), live('draft', notes)]);
    expect(standing(next(before, observed([seen('api', notes)])))).toEqual(['api live', 'api gone server-died']);
  });

  test('keeps the windows of a group with one of its members', () => {
    const member = { tmuxId: '$9', sharesWindowsOf: 'api', windows: [] };
    const before = manifest([live('api', api), live('view', member)]);
    const both = next(before, observed([seen('api', api), seen('view', member)]));
    expect(both.sessions).toEqual(before.sessions.map((entry) => ({ ...entry, lastSeenAt: clock(5) })));
    expect(next(both, deadServer).sessions.map((entry) => [entry.name, entry.cause, entry.sharesWindowsOf])).toEqual([
      ['api', 'server-died', null],
      ['view', 'server-died', 'api'],
    ]);
  });

  test('holds the conversations of both panes', () => {
    const two = { tmuxId: '$1', holding: [claude('one'), claude('two')] };
    const lost = next(next(null, observed([seen('pair', two)])), deadServer);
    expect(conversations(find(lost, 'pair'))).toEqual(['one', 'two']);
  });
});

describe('a name is not a conversation', () => {
  const lost = manifest([gone('api', 'server-died', api), gone('notes', 'server-died', notes)]);

  test('a gone plain session is live again when its name is', () => {
    expect(standing(next(lost, observed([seen('notes')])))).toEqual(['api gone server-died', 'notes live']);
  });

  test('a gone conversation stays gone beside a new live one of its name', () => {
    const after = next(lost, observed([seen('api', { holding: [claude('new')] })]));
    expect(standing(after)).toEqual(['api live', 'api gone server-died', 'notes gone server-died']);
    expect(after.sessions.map(conversations)).toEqual([['new'], ['conv-api'], []]);
  });

  test('the same happens to one that was live when the server was replaced', () => {
    const after = next(three, observed([seen('api', { holding: [claude('new')] })], serverB));
    expect(standing(after)).toEqual([
      'api live',
      'api gone server-died',
      'notes gone server-died',
      'web gone server-died',
    ]);
  });

  test('it is live again when its conversation runs under its name', () => {
    const after = next(lost, observed([seen('api', { holding: [null, claude('conv-api')] })]));
    expect(standing(after)).toEqual(['api live', 'notes gone server-died']);
  });

  test('an id of another agent is another conversation', () => {
    const after = next(lost, observed([seen('api', { holding: [{ ...claude('conv-api'), agent: 'codex' }] })]));
    expect(standing(after)).toContain('api gone server-died');
  });

  test('it stays gone until all of its conversations are back', () => {
    const pair = manifest([gone('pair', 'killed', { holding: [claude('one'), claude('two')] })]);
    expect(standing(next(pair, observed([seen('pair', { holding: [claude('two')] })])))).toEqual([
      'pair live',
      'pair gone killed',
    ]);
    expect(standing(next(pair, observed([seen('pair', { holding: [claude('two'), claude('one')] })])))).toEqual([
      'pair live',
    ]);
  });

  test('it stays in the record when its conversation is live under another name', () => {
    const after = next(lost, observed([seen('elsewhere', api)]));
    expect(standing(after)).toEqual(['api gone server-died', 'elsewhere live', 'notes gone server-died']);
  });
});

describe('an opted-out session', () => {
  const before = manifest([live('api', api), live('notes', notes)]);
  const optedOut = observed([seen('api', { ...api, managed: false }), seen('notes', { ...notes, managed: false })]);

  test('leaves the live ones as forgotten, and stays so', () => {
    const after = next(before, optedOut);
    expect(standing(after)).toEqual(['api gone forgotten', 'notes gone forgotten']);
    expect(find(after, 'api')).toMatchObject({ goneAt: clock(5), lastSeenAt: clock(5) });
    expect(next(after, optedOut, {}, clock(10)).sessions).toEqual(after.sessions);
  });

  test('is live again when it is opted in again', () => {
    const after = next(next(before, optedOut), observed([seen('api', api), seen('notes', notes)]));
    expect(standing(after)).toEqual(['api live', 'notes live']);
  });

  test('stays forgotten when the server dies', () => {
    expect(standing(next(next(before, optedOut), deadServer))).toEqual(['api gone forgotten', 'notes gone forgotten']);
  });

  test('that was never managed is not recorded', () => {
    expect(next(null, optedOut).sessions).toEqual([]);
  });

  test('does not stand for a closed namesake', () => {
    const after = next(manifest([live('notes', notes)]), observed([seen('notes', { tmuxId: '$8', managed: false })]));
    expect(standing(after)).toEqual(['notes gone closed']);
  });
});

describe('a shutdown stops servers in an orderly way', () => {
  const table: readonly [string, string, string][] = [
    ['found in the last save before the boot', clock(10), 'reboot'],
    ['found in the save before that', clock(5), 'reboot'],
    ['found one save earlier', clock(0), 'server-stopped'],
  ];

  test.each(table)('a stopped server %s is %s: %s', (_title, goneAt, cause) => {
    const before = manifest([gone('api', 'server-stopped', { ...api, goneAt })], { server: null });
    const after = next(before, noServer, { bootId: 'boot-2', recentSaves: [clock(10), clock(5)] }, clock(15));
    expect(after.sessions).toEqual([{ ...gone('api', 'server-stopped', { ...api, goneAt }), cause }]);
  });

  test('without a boot in between it stays a stopped server', () => {
    const before = manifest([gone('api', 'server-stopped', { goneAt: clock(10) })], { server: null });
    const after = next(before, noServer, { recentSaves: [clock(10), clock(5)] }, clock(15));
    expect(standing(after)).toEqual(['api gone server-stopped']);
  });

  test('when only one save is known, what it found counts', () => {
    const before = manifest(
      [gone('api', 'server-stopped', { goneAt: clock(10) }), gone('notes', 'server-stopped', { goneAt: clock(5) })],
      { server: null, takenAt: clock(10) },
    );
    for (const recentSaves of [[clock(10)], []]) {
      const after = next(before, noServer, { bootId: 'boot-2', recentSaves }, clock(15));
      expect(standing(after)).toEqual(['api gone reboot', 'notes gone server-stopped']);
    }
  });

  test('no other cause is changed by a boot', () => {
    const before = manifest([
      gone('a', 'closed'),
      gone('b', 'forgotten'),
      gone('c', 'killed'),
      gone('d', 'server-died'),
      gone('e', 'reboot'),
    ]);
    expect(next(before, noServer, { bootId: 'boot-2' }).sessions).toEqual(before.sessions);
  });
});

describe('an agent that ended while its session lived', () => {
  const before = manifest([live('api', api)]);
  const idle = { tmuxId: '$1', holding: [null] };

  test.each([false, true])('leaves its conversation as ended; killed: %s', (killed) => {
    const after = next(before, observed([seen('api', idle)]), { oomKilled: killed });
    expect(panesOf(find(after, 'api')).map((pane) => pane.conversation)).toEqual([
      claude('conv-api', { at: clock(5), killed }),
    ]);
  });

  test('stays ended as it ended over later saves, through a rename and the loss of the session', () => {
    const ended = claude('conv-api', { at: clock(5), killed: false });
    const once = next(before, observed([seen('api', idle)]));
    const renamed = next(once, observed([seen('back', idle)]), { oomKilled: true }, clock(10));
    expect(panesOf(find(renamed, 'back'))[0]?.conversation).toEqual(ended);
    const lost = next(renamed, deadServer, {}, clock(15));
    expect(panesOf(find(lost, 'back'))[0]?.conversation).toEqual(ended);
  });

  test('is running again when it runs again in that pane', () => {
    const after = next(next(before, observed([seen('api', idle)])), observed([seen('api', api)]));
    expect(panesOf(find(after, 'api'))[0]?.conversation).toEqual(claude('conv-api'));
  });

  test('is no more offered there when it runs elsewhere, even where nothing is managed', () => {
    const ended = next(before, observed([seen('api', idle)]));
    for (const managed of [true, false]) {
      const other = seen('other', { tmuxId: '$5', holding: [claude('conv-api')], managed });
      expect(panesOf(find(next(ended, observed([seen('api', idle), other])), 'api'))[0]?.conversation).toBeNull();
    }
  });

  test('gives way to the conversation that runs in its pane now', () => {
    const after = next(before, observed([seen('api', { tmuxId: '$1', holding: [claude('next')] })]));
    expect(panesOf(find(after, 'api'))[0]?.conversation).toEqual(claude('next'));
  });

  test('stays with its pane when panes are moved', () => {
    const pair = { tmuxId: '$1', holding: [claude('one'), null] };
    const [first, second] = panesOf(seen('api', { tmuxId: '$1', holding: [null, null] }));
    const [window] = seen('api', idle).windows;
    if (first === undefined || second === undefined || window === undefined) throw new Error('two panes wanted');
    const swapped = {
      ...window,
      panes: [
        { ...second, index: 0 },
        { ...first, index: 1 },
      ],
    };
    const after = next(manifest([live('api', pair)]), observed([seen('api', { tmuxId: '$1', windows: [swapped] })]));
    expect(panesOf(find(after, 'api')).map((pane) => pane.conversation?.id)).toEqual([undefined, 'one']);
  });

  test('is still offered when its session was lost and is live again under its name', () => {
    const ended = claude('done', { at: clock(0), killed: false });
    const lost = manifest([gone('api', 'server-died', { holding: [claude('conv-api'), ended] })]);
    const after = next(lost, observed([seen('api', { holding: [claude('conv-api'), null] })], serverB));
    expect(panesOf(find(after, 'api')).map((pane) => pane.conversation)).toEqual([claude('conv-api'), ended]);
  });

  test('is not offered in a session that is live again while it runs elsewhere', () => {
    const ended = claude('done', { at: clock(0), killed: false });
    const lost = manifest([gone('notes', 'server-died', { holding: [ended] })]);
    const after = next(lost, observed([seen('notes'), seen('other', { tmuxId: '$5', holding: [claude('done')] })]));
    expect(after.sessions.map(conversations)).toEqual([[], ['done']]);
  });

  test('keeps a gone entry apart when it was killed, for it is to be started again', () => {
    const killed = claude('conv-api', { at: clock(0), killed: true });
    const after = next(manifest([gone('api', 'killed', { holding: [killed] })]), observed([seen('api')]));
    expect(standing(after)).toEqual(['api live', 'api gone killed']);
  });

  test('lets two lost namesakes that are both back offer what had ended in them', () => {
    const [one, two] = ['one', 'two'].map((id) => claude(id, { at: clock(0), killed: false }));
    const lost = manifest([
      gone('api', 'closed', { holding: [one ?? null, null], lastSeenAt: clock(-5) }),
      gone('api', 'server-died', { holding: [null, two ?? null], lastSeenAt: clock(-9) }),
    ]);
    const after = next(lost, observed([seen('api', { holding: [null, null] })]));
    expect(after.sessions.map(conversations)).toEqual([['one', 'two']]);
  });
});

describe('retention', () => {
  test('applies to every record', () => {
    const day = 24 * 60;
    const before = manifest([
      gone('new', 'closed', { goneAt: clock(1) }),
      gone('old', 'closed', { goneAt: clock(-1) }),
    ]);
    expect(standing(next(before, noServer, {}, clock(30 * day)))).toEqual(['new gone closed']);
  });
});

function next(
  previous: Manifest | null,
  observation: Observation,
  facts: Partial<Evidence> = {},
  now = clock(5),
): Manifest {
  const result = record(previous, observation, evidence(facts), now, origin);
  if (result === null) throw new Error('no record was made');
  return result;
}

function standing({ sessions }: Manifest): readonly string[] {
  return sessions.map((entry) => [entry.name, entry.state, ...(entry.cause === null ? [] : [entry.cause])].join(' '));
}

function find({ sessions }: Manifest, name: string): SessionEntry {
  const entry = sessions.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`no entry ${name}`);
  return entry;
}

function conversations(entry: SessionEntry): readonly string[] {
  return panesOf(entry).flatMap((pane) => pane.conversation?.id ?? []);
}
