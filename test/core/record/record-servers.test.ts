import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/core/record/evidence.ts';
import { isWorthASnapshot } from '../../../src/core/record/is-worth-a-snapshot.ts';
import type { Manifest } from '../../../src/core/manifest.ts';
import type { ManagedServer, Observation, ObservedSession } from '../../../src/core/observation.ts';
import { record } from '../../../src/core/record/record.ts';
import { recordServers } from '../../../src/core/record/record-servers.ts';
import {
  claude,
  clock,
  deadServer,
  evidence,
  gone,
  live,
  manifest,
  observed,
  seen,
  serverB,
} from '../../support/builders.ts';
import { conversations, origin } from '../../support/recording.ts';

const work = '/run/emo/work';
const other = '/home/emo/sockets/default';
const serverOfWork = { pid: 500, startTime: 1_795_000_500 };

describe('the servers of a user', () => {
  test('are one record, in which each session tells its socket', () => {
    const after = next(null, beside([seen('notes')], { [work]: [seen('api', { tmuxId: '$0' })] }));
    expect(standing(after)).toEqual([`${work}:api live`, 'notes live']);
    expect(after.furtherServers).toEqual([{ socket: work, ...serverOfWork }]);
  });

  test('may have sessions of one name and one id, and each keeps its own', () => {
    const now = beside([seen('notes')], { [work]: [seen('notes', { path: '/srv' })] });
    const after = next(next(null, now), now);
    expect(after.sessions.map(({ name, socket, path }) => [name, socket, path])).toEqual([
      ['notes', null, '/home/emo'],
      ['notes', work, '/srv'],
    ]);
  });

  test('make the same record at every look', () => {
    const now = beside([seen('notes')], { [work]: [seen('api')] });
    const first = next(null, now);
    expect(isWorthASnapshot(first, next(first, now, {}, clock(10)))).toBe(false);
  });

  test('make the record of one server when there is only that one', () => {
    const before = manifest([live('notes'), gone('old', 'closed', { tmuxId: '$3' })]);
    const now = beside([seen('new', { tmuxId: '$7' })], {});
    expect(next(before, now)).toEqual(
      record(before, observed([seen('new', { tmuxId: '$7' })]), evidence(), clock(5), origin),
    );
  });

  test('are all unknown when one of them is: nothing changes', () => {
    const before = twoServers();
    expect(recordServers(before, { kind: 'unknown', reason: 'hung' }, evidence(), clock(5), origin)).toBe(before);
  });
});

describe('the end of one of two servers', () => {
  test('loses the sessions of that one only', () => {
    const after = next(twoServers(), beside([seen('notes')], { [work]: 'stale' }));
    expect(standing(after)).toEqual([`${work}:api gone server-died`, 'notes live']);
    expect(after.furtherServers).toEqual([]);
  });

  test('of the default one leaves the other alone', () => {
    const after = next(twoServers(), { ...deadServer, beside: servers({ [work]: [seen('api')] }) });
    expect(standing(after)).toEqual([`${work}:api live`, 'notes gone server-died']);
  });

  test('is no boot, although the boot seems to be another one: the other one lives on', () => {
    const boot = { bootId: 'boot-2', initStartTime: '8' };
    const after = next(twoServers(), beside([seen('notes')], { [work]: 'stale' }), boot);
    expect(standing(after)).toEqual([`${work}:api gone server-died`, 'notes live']);
  });

  test('and of the other one, with another boot, is a reboot for both', () => {
    const boot = { bootId: 'boot-2', initStartTime: '8' };
    const after = next(twoServers(), { ...deadServer, beside: servers({ [work]: 'missing' }) }, boot);
    expect(standing(after)).toEqual([`${work}:api gone reboot`, 'notes gone reboot']);
  });

  test('is told by the login records, for each server on its own', () => {
    const both = { ...deadServer, beside: servers({ [work]: 'stale' }) };
    const defaultEnded = next(twoServers(), both, { serverEnd: 'orderly' });
    expect(standing(defaultEnded)).toEqual([`${work}:api gone server-died`, 'notes gone server-stopped']);
    const workEnded = next(twoServers(), both, { furtherEnds: new Map([[work, 'orderly']]) });
    expect(standing(workEnded)).toEqual([`${work}:api gone server-stopped`, 'notes gone server-died']);
  });
});

describe('a session that moved to another server', () => {
  const api = { tmuxId: '$4', holding: [claude('conv-api')] };

  test('is not lost when it has its name, its conversations and its windows there', () => {
    const before = manifest([live('api', api), live('notes', { tmuxId: '$5' })]);
    const after = next(before, {
      ...deadServer,
      beside: servers({ [other]: [seen('api', { ...api, tmuxId: '$0' }), seen('notes', { tmuxId: '$1' })] }),
    });
    expect(standing(after)).toEqual([`${other}:api live`, `${other}:notes live`]);
  });

  test('is lost when its namesake there has not its conversation', () => {
    const before = manifest([live('api', api)]);
    const after = next(before, { ...deadServer, beside: servers({ [other]: [seen('api')] }) });
    expect(standing(after)).toEqual(['api gone server-died', `${other}:api live`]);
  });

  test('is back when it was lost before', () => {
    const before = manifest([gone('api', 'server-died', api)], { server: null });
    const after = next(before, { ...deadServer, beside: servers({ [other]: [seen('api', api)] }) });
    expect(standing(after)).toEqual([`${other}:api live`]);
  });

  test('is not a shell of the same name that ran on the other server all along', () => {
    const before = manifest([live('notes'), live('notes', { socket: work })], {
      furtherServers: [{ socket: work, ...serverOfWork }],
    });
    const after = next(before, beside([], { [work]: [seen('notes')] }));
    expect(standing(after)).toEqual([`notes gone closed`, `${work}:notes live`]);
  });

  test('keeps its ended conversations where it runs now', () => {
    const ended = claude('conv-old', { at: clock(-30), killed: false });
    const before = manifest([live('api', { tmuxId: '$4', holding: [ended] })]);
    const after = next(before, { ...deadServer, beside: servers({ [other]: [seen('api', { tmuxId: '$0' })] }) });
    expect(after.sessions.map((entry) => [entry.socket, conversations(entry)])).toEqual([[other, ['conv-old']]]);
  });

  test('has ended none of its conversations when it runs on another server', () => {
    const holding = [claude('conv-api')];
    const before = manifest([live('api', { tmuxId: '$4', holding }), live('notes')]);
    const after = next(
      before,
      beside([seen('api', { tmuxId: '$4' }), seen('notes')], { [other]: [seen('api', { holding })] }),
    );
    expect(after.sessions.map((entry) => [entry.socket, entry.name, conversations(entry)])).toEqual([
      [null, 'api', []],
      [other, 'api', ['conv-api']],
      [null, 'notes', []],
    ]);
  });
});

describe('a session that was made again', () => {
  const lost = gone('api', 'server-died', { socket: work, tmuxId: '$4', holding: [claude('conv-api')] });
  const notes = { tmuxId: '$5' };
  const before = manifest([lost, live('notes', notes)]);

  test('on its own socket is back, even without its conversation', () => {
    const made = [{ entry: lost, socket: work, tmuxId: '$0' }];
    const after = next(before, beside([seen('notes', notes)], { [work]: [seen('api')] }), { made });
    expect(standing(after)).toEqual([`${work}:api live`, 'notes live']);
  });

  test('on the default socket is back there', () => {
    const made = [{ entry: lost, socket: null, tmuxId: '$9' }];
    const after = next(before, beside([seen('api', { tmuxId: '$9' }), seen('notes', notes)], { [work]: 'missing' }), {
      made,
    });
    expect(standing(after)).toEqual(['api live', 'notes live']);
  });

  test('on one socket says nothing about the same id on another one', () => {
    const made = [{ entry: lost, socket: null, tmuxId: '$0' }];
    const after = next(before, beside([seen('notes', notes)], { [work]: [seen('api')] }), { made });
    expect(standing(after)).toEqual([`${work}:api live`, `${work}:api gone server-died`, 'notes live']);
  });
});

describe('a run that does not look at all servers', () => {
  test('leaves what others hold as it is', () => {
    const before = twoServers();
    const after = next(before, observed([]));
    expect(standing(after)).toEqual([`${work}:api live`, 'notes gone closed']);
    expect(after.furtherServers).toEqual(before.furtherServers);
  });
});

describe('a server that the roster stopped managing', () => {
  test('is forgotten, and its lost sessions stay in the record', () => {
    const lost = gone('old', 'server-died', { socket: work, tmuxId: '$9' });
    const before = manifest([...twoServers().sessions, lost], { furtherServers: twoServers().furtherServers });
    const after = next(before, beside([seen('notes')], {}));
    expect(standing(after)).toEqual([`${work}:api gone forgotten`, 'notes live', `${work}:old gone server-died`]);
    expect(after.furtherServers).toEqual([]);
  });
});

function twoServers(): Manifest {
  return manifest([live('notes'), live('api', { socket: work })], {
    furtherServers: [{ socket: work, ...serverOfWork }],
  });
}

type Told = readonly ObservedSession[] | 'stale' | 'missing';

function servers(told: Readonly<Record<string, Told>>) {
  const managed = Object.entries(told).map(([socket, what]): ManagedServer => ({
    socket,
    observation:
      typeof what === 'string'
        ? { kind: 'absent', socket: what }
        : { kind: 'observed', server: socket === work ? serverOfWork : serverB, configFiles: null, sessions: what },
    canStart: true,
  }));
  return { managed, unmanaged: [] };
}

function beside(sessions: readonly ObservedSession[], told: Readonly<Record<string, Told>>): Observation {
  return { ...observed(sessions), beside: servers(told) };
}

function next(
  previous: Manifest | null,
  observation: Observation,
  facts: Partial<Evidence> = {},
  now = clock(5),
): Manifest {
  const result = recordServers(previous, observation, evidence(facts), now, origin);
  if (result === null) throw new Error('no record was made');
  return result;
}

/** Every entry in a few words, with the socket of its server where that is not the default one. */
function standing({ sessions }: Manifest): readonly string[] {
  return sessions.map(({ name, socket, state, cause }) =>
    [socket === null ? name : `${socket}:${name}`, state, ...(cause === null ? [] : [cause])].join(' '),
  );
}
