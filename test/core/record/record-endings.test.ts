import { describe, expect, test } from 'vitest';
import type { Killer, ProcessKill, ServerEnding } from '../../../src/core/endings.ts';
import type { Evidence } from '../../../src/core/record/evidence.ts';
import type { Manifest, Pane, SessionEntry } from '../../../src/core/manifest.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { lostProcesses } from '../../../src/core/record/loss.ts';
import { record } from '../../../src/core/record/record.ts';
import {
  claude,
  clock,
  deadServer,
  evidence,
  live,
  manifest,
  noServer,
  observed,
  seen,
  serverA,
  serverB,
  type SessionSpec,
} from '../../support/builders.ts';
import { origin } from '../../support/recording.ts';

const ownLimit: Killer = { kind: 'limit', cgroup: '/user.slice/tmux-spawn-1.scope', limitMib: 6144 };
const earlyoom: Killer = { kind: 'daemon', name: 'earlyoom' };

const shell = { pid: 70, startTime: '700' };
const agent = { pid: 71, startTime: '710' };
const other = { pid: 80, startTime: '800' };
const api = withProcesses({ tmuxId: '$1', holding: [claude('conv-api')] }, shell, agent);
const notes = withProcesses({ tmuxId: '$2' }, other, null);
const before = manifest([live('api', api), live('notes', notes)]);

describe('why a session is gone, by the processes that were killed', () => {
  const stays = observed([seen('notes', notes)]);
  const empty = observed([], serverA);
  const table: readonly [string, Observation, Partial<Evidence>, readonly string[]][] = [
    ['the shell of its pane', stays, { kills: [kill(shell, ownLimit)] }, ['api killed limit', 'notes live']],
    [
      'its agent, and the pane went with it',
      stays,
      { kills: [kill(agent, earlyoom)] },
      ['api killed daemon', 'notes live'],
    ],
    [
      'a pid only',
      stays,
      { kills: [{ ...kill(agent, earlyoom), startTime: null }] },
      ['api killed daemon', 'notes live'],
    ],
    [
      'another process with its pid',
      stays,
      { kills: [kill({ pid: 71, startTime: '9' }, earlyoom)] },
      ['api closed', 'notes live'],
    ],
    [
      'a process of nobody',
      stays,
      { kills: [kill({ pid: 5, startTime: '5' }, earlyoom)] },
      ['api closed', 'notes live'],
    ],
    [
      'one of two that went at once, while a person closed the other',
      empty,
      { kills: [kill(agent, earlyoom)] },
      ['api killed daemon', 'notes closed'],
    ],
    [
      'its agent, after which the server ended with its last session',
      noServer,
      { kills: [kill(agent, earlyoom)], serverEndings: [ending('orderly')] },
      ['api killed daemon', 'notes server-stopped'],
    ],
    [
      'the server itself, with the panes that it had',
      deadServer,
      { kills: [kill({ pid: serverA.pid, startTime: null }, ownLimit)] },
      ['api server-died limit', 'notes server-died limit'],
    ],
    [
      'the server itself, which a daemon asked to end',
      noServer,
      { kills: [kill({ pid: serverA.pid, startTime: '1' }, earlyoom)], serverEndings: [ending('orderly')] },
      ['api server-died daemon', 'notes server-died daemon'],
    ],
    [
      'its agent, and then the host rebooted',
      noServer,
      { bootId: 'boot-2', kills: [kill(agent, earlyoom)] },
      ['api reboot', 'notes reboot'],
    ],
  ];

  test.each(table)('%s', (_title, observation, overrides, expected) => {
    expect(storyOf(record(before, observation, evidence(overrides), clock(5), origin))).toEqual(expected);
  });

  test('an agent that was killed while its session lived is no reason once a person closes the session', () => {
    const idle = observed([seen('api', withProcesses({ tmuxId: '$1' }, shell, null)), seen('notes', notes)]);
    const killed = evidence({ kills: [kill(agent, earlyoom)] });
    const first = record(before, idle, killed, clock(5), origin);
    expect(first?.sessions[0]?.windows[0]?.panes[0]?.conversation?.ended).toEqual({
      at: clock(5),
      killed: true,
      killer: earlyoom,
    });
    expect(storyOf(record(first, stays, killed, clock(10), origin))).toEqual(['api closed', 'notes live']);
  });

  test('a pane that goes a moment after its agent was found killed is killed, too', () => {
    const idle = observed([seen('api', withProcesses({ tmuxId: '$1' }, shell, null)), seen('notes', notes)]);
    const killed = evidence({ kills: [{ ...kill(agent, earlyoom), at: clock(5) }] });
    const first = record(before, idle, killed, clock(5), origin);
    const aMomentLater = new Date(Date.parse(clock(5)) + 2_000).toISOString();
    expect(storyOf(record(first, stays, killed, aMomentLater, origin))).toEqual(['api killed daemon', 'notes live']);
  });

  test('a process that had just ended when its pane was still listed is known when the pane goes', () => {
    const listed = observed([seen('api', withProcesses({ tmuxId: '$1' }, null, null)), seen('notes', notes)]);
    const killed = evidence({ kills: [{ ...kill(shell, ownLimit), at: clock(5) }] });
    const first = record(before, listed, killed, clock(5), origin);
    expect(storyOf(record(first, stays, killed, clock(10), origin))).toEqual(['api killed limit', 'notes live']);
  });

  test('a pane that tmux lists as dead for a moment, because its process was killed, is killed when it goes', () => {
    const spec = withProcesses({ tmuxId: '$1' }, null, null);
    const dead = observed([seen('api', { ...spec, deadPanes: ['%10'] }), seen('notes', notes)]);
    const killed = evidence({ kills: [{ ...kill(shell, ownLimit), at: clock(5) }] });
    const first = record(before, dead, killed, clock(5), origin);
    expect(storyOf(record(first, stays, killed, clock(6), origin))).toEqual(['api killed limit', 'notes live']);
  });

  test('the process of a pane that stays when its program has ended is no reason', () => {
    const spec = withProcesses({ tmuxId: '$1' }, null, null);
    const dead = observed([seen('api', { ...spec, deadPanes: ['%10'] }), seen('notes', notes)]);
    const killed = evidence({ kills: [kill(shell, ownLimit)] });
    const first = record(before, dead, killed, clock(5), origin);
    expect(first?.sessions[0]?.windows[0]?.panes[0]).toMatchObject({ tmuxId: '%10', process: shell });
    expect(lostProcesses(first, dead)).toEqual([]);
    const second = record(first, stays, killed, clock(10), origin);
    expect(storyOf(second)).toEqual(['api closed', 'notes live']);
    expect(storyOf(record(second, stays, killed, clock(15), origin))).toEqual(['api closed', 'notes live']);
    expect(storyOf(record(first, stays, killed, clock(10), origin))).toEqual(['api closed', 'notes live']);
  });

  test('an agent that a run found ended is known as killed as soon as a log says so', () => {
    const idle = observed([seen('api', withProcesses({ tmuxId: '$1' }, shell, null)), seen('notes', notes)]);
    const first = record(before, idle, evidence(), clock(5), origin);
    expect(first?.sessions[0]?.windows[0]?.panes[0]?.conversation?.ended).toMatchObject({ killed: false });
    const later = record(first, idle, evidence({ kills: [kill(agent, earlyoom)] }), clock(6), origin);
    expect(later?.sessions[0]?.windows[0]?.panes[0]?.conversation?.ended).toMatchObject({
      at: clock(5),
      killed: true,
      killer: earlyoom,
    });
  });
});

describe('why a session is gone, by the end of its server that the watch saw', () => {
  const table: readonly [string, Observation, Partial<Evidence>, readonly string[]][] = [
    ['violent, no socket', noServer, { serverEndings: [ending('violent')] }, ['api server-died', 'notes server-died']],
    [
      'orderly, a stale socket',
      deadServer,
      { serverEndings: [ending('orderly')] },
      ['api server-stopped', 'notes server-stopped'],
    ],
    [
      'orderly, while the login records say violent',
      deadServer,
      { serverEndings: [ending('orderly')], serverEnd: 'violent' },
      ['api server-stopped', 'notes server-stopped'],
    ],
    [
      'violent, and a person opened a new server at once',
      observed([seen('notes', { tmuxId: '$0' })], serverB),
      { serverEndings: [ending('violent')] },
      ['api server-died', 'notes live'],
    ],
    [
      'that of another server',
      deadServer,
      { serverEndings: [{ ...ending('orderly'), server: serverB }] },
      ['api server-died', 'notes server-died'],
    ],
    [
      'that of the server on another socket',
      deadServer,
      { serverEndings: [{ ...ending('orderly'), socket: '/run/emo/work' }] },
      ['api server-died', 'notes server-died'],
    ],
  ];

  test.each(table)('%s', (_title, observation, overrides, expected) => {
    expect(storyOf(record(before, observation, evidence(overrides), clock(5), origin))).toEqual(expected);
  });

  test.each([
    ['orderly', 'server-stopped'],
    ['violent', 'server-died'],
  ] as const)('corrects what another run recorded before it: %s', (end, cause) => {
    const first = record(before, end === 'orderly' ? deadServer : noServer, evidence(), clock(5), origin);
    expect(causesOf(first)).not.toContain(cause);
    const told = evidence({ serverEndings: [{ ...ending(end), at: clock(5) }] });
    expect(causesOf(record(first, noServer, told, clock(6), origin))).toEqual([cause, cause]);
  });

  test('leaves what an earlier server on the socket lost, when a later one ends soon after, too', () => {
    const own = { ...ending('orderly'), at: clock(5) };
    const first = record(before, deadServer, evidence({ serverEndings: [own] }), clock(5), origin);
    expect(causesOf(first)).toEqual(['server-stopped', 'server-stopped']);
    const startTime = Math.floor(Date.parse(clock(0)) / 1000);
    const later: ServerEnding = { ...own, end: 'violent', server: { pid: 2000, startTime } };
    const told = evidence({ serverEndings: [own, later] });
    expect(causesOf(record(first, noServer, told, clock(6), origin))).toEqual(['server-stopped', 'server-stopped']);
  });

  test('leaves what was lost before a later server began, whose end alone was seen', () => {
    const first = record(before, noServer, evidence(), clock(5), origin);
    const startTime = Math.floor(Date.parse(clock(4)) / 1000);
    const later: ServerEnding = { ...ending('violent'), at: clock(5), server: { pid: 2000, startTime } };
    const told = evidence({ serverEndings: [later] });
    expect(causesOf(record(first, noServer, told, clock(6), origin))).toEqual(['server-stopped', 'server-stopped']);
  });

  test('leaves what was recorded long before it', () => {
    const first = record(before, deadServer, evidence(), clock(5), origin);
    const told = evidence({ serverEndings: [{ ...ending('orderly'), at: clock(9) }] });
    expect(causesOf(record(first, noServer, told, clock(10), origin))).toEqual(['server-died', 'server-died']);
  });
});

function kill(process: { readonly pid: number; readonly startTime: string | null }, killer: Killer): ProcessKill {
  return { kind: 'process-kill', at: clock(3), ...process, killer };
}

function ending(end: ServerEnding['end']): ServerEnding {
  return { kind: 'server-end', at: clock(3), socket: null, server: serverA, end };
}

function withProcesses(spec: SessionSpec, process: Pane['process'], ofAgent: Pane['process']): SessionSpec {
  const entry = live('any', spec);
  const running = { name: 'claude', version: null, found: { kind: 'fresh' }, wrapper: null } as const;
  const launch = { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: '/home/emo/code' };
  const windows = entry.windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => ({
      ...pane,
      process,
      agent: ofAgent === null ? null : { ...running, launch, process: ofAgent },
    })),
  }));
  return { ...spec, windows };
}

function storyOf(made: Manifest | null): readonly string[] {
  return (made?.sessions ?? []).map(words).toSorted();
}

function words({ name, state, cause, killer }: SessionEntry): string {
  return [name, state === 'live' ? 'live' : cause, ...(killer === null ? [] : [killer.kind])].join(' ');
}

function causesOf(made: Manifest | null): readonly (string | null)[] {
  return (made?.sessions ?? []).map(({ cause }) => cause);
}
