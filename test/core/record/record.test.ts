import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/core/record/evidence.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { record } from '../../../src/core/record/record.ts';
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
} from '../../support/builders.ts';
import { next, origin, standing } from '../../support/recording.ts';

const api = { tmuxId: '$1', holding: [claude('conv-api')] };
const notes = { tmuxId: '$2' };
const web = { tmuxId: '$3', holding: [claude('conv-web')] };
const three = manifest([live('api', api), live('notes', notes), live('web', web)]);

describe('why a session is gone', () => {
  const stays = observed([seen('notes', notes)]);
  const table: readonly [string, Observation, Partial<Evidence>, readonly string[]][] = [
    ['another boot, no server', noServer, { bootId: 'boot-2' }, all('gone reboot')],
    ['a container that started again, no server', noServer, { initStartTime: '8' }, all('gone reboot')],
    ['a container that started again, a stale socket', deadServer, { initStartTime: '8' }, all('gone reboot')],
    ['another boot, a PID 1 that is hidden', noServer, { bootId: 'boot-2', initStartTime: null }, all('gone reboot')],
    ['the same boot id, a PID 1 that is hidden', deadServer, { initStartTime: null }, all('gone server-died')],
    ['another boot, a stale socket', deadServer, { bootId: 'boot-2' }, all('gone reboot')],
    ['another boot beats a risen counter', noServer, { bootId: 'boot-2', oomKilled: true }, all('gone reboot')],
    [
      'another boot id while the recorded server lives, as a sandbox in a container reads it',
      stays,
      { bootId: 'boot-2' },
      ['api gone closed', 'notes live', 'web gone closed'],
    ],
    ['a dead server with its socket', deadServer, {}, all('gone server-died')],
    ['a dead server with its socket, the counter rose', deadServer, { oomKilled: true }, all('gone server-died')],
    ['a dead server with its socket, ended in order', deadServer, { serverEnd: 'orderly' }, all('gone server-stopped')],
    ['a dead server with its socket, ended by violence', deadServer, { serverEnd: 'violent' }, all('gone server-died')],
    [
      'a dead server with its socket, ended in order because its last process was killed',
      deadServer,
      { serverEnd: 'orderly', oomKilled: true },
      all('gone server-died'),
    ],
    ['no server, no socket', noServer, {}, all('gone server-stopped')],
    ['no server, no socket, the counter rose', noServer, { oomKilled: true }, all('gone server-stopped')],
    ['no server, no socket, ended in order', noServer, { serverEnd: 'orderly' }, all('gone server-stopped')],
    ['no server, no socket, ended by violence', noServer, { serverEnd: 'violent' }, all('gone server-died')],
    ['another boot beats an orderly end', deadServer, { bootId: 'boot-2', serverEnd: 'orderly' }, all('gone reboot')],
    ['another boot beats a violent end', noServer, { bootId: 'boot-2', serverEnd: 'violent' }, all('gone reboot')],
    [
      'another server, three vanished and one is back under its name',
      observed([seen('notes', { tmuxId: '$0' })], serverB),
      {},
      ['api gone server-died', 'notes live', 'web gone server-died'],
    ],
    [
      'another server, three vanished and two are back under their names',
      observed([seen('notes', { tmuxId: '$0' }), seen('web', { ...web, tmuxId: '$1' })], serverB),
      {},
      ['api gone server-died', 'notes live', 'web live'],
    ],
    [
      'another server, all vanished with one that ended in order',
      observed([seen('notes', { tmuxId: '$0' })], serverB),
      { serverEnd: 'orderly' },
      ['api gone server-stopped', 'notes live', 'web gone server-stopped'],
    ],
    [
      'another server, two vanished with one that ended in order because its last process was killed',
      observed([seen('notes', { tmuxId: '$0' })], serverB),
      { serverEnd: 'orderly', oomKilled: true },
      ['api gone server-died', 'notes live', 'web gone server-died'],
    ],
    [
      'another server, one vanished with one that ended by violence',
      observed([seen('notes', { tmuxId: '$0' }), seen('web', { ...web, tmuxId: '$1' })], serverB),
      { serverEnd: 'violent' },
      ['api gone server-died', 'notes live', 'web live'],
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

  test('what was gone before does not count as vanished with a replaced server', () => {
    const before = manifest([live('api', api), gone('old', 'closed'), gone('older', 'reboot')]);
    const after = next(before, observed([seen('new')], serverB));
    expect(standing(after)).toEqual(['api gone server-stopped', 'new live', 'old gone closed', 'older gone reboot']);
  });
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

describe('the configuration files of the server', () => {
  const configured = { ...three, configFiles: ['/srv/a.conf'] };

  test.each([
    ['stay when it has ended', deadServer, ['/srv/a.conf']],
    ['stay where the server does not tell its identity', observed([], null), ['/srv/a.conf']],
    ['are those of the server that runs', { ...observed([]), configFiles: ['/b.conf'] }, ['/b.conf']],
    ['are the default ones of the next server', observed([], serverB), null],
  ])('%s', (_, observation, configFiles) => {
    expect(next(configured, observation)).toMatchObject({ configFiles });
  });
});

describe('a first record', () => {
  test('holds what is live', () => {
    const first = next(null, observed([seen('web', web), seen('api', api)]));
    expect(first).toEqual({
      ...origin,
      takenAt: clock(5),
      bootId: 'boot-1',
      initStartTime: '7',
      server: three.server,
      furtherServers: [],
      configFiles: null,
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

function all(state: string): readonly string[] {
  return ['api', 'notes', 'web'].map((name) => `${name} ${state}`);
}
