import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { KillReport } from '../../../src/core/endings.ts';
import type { Manifest, Pane } from '../../../src/core/manifest.ts';
import { watchedProcesses } from '../../../src/reconcile/watch/watched-processes.ts';
import { claude, gone, live, manifest, serverA } from '../../support/builders.ts';

const shell = { pid: 70, startTime: '700' };
const agent = { pid: 71, startTime: '710' };

describe('the processes that a watch knows', () => {
  test('are those of live panes, their agents and the servers, each by what it is', () => {
    const known = watchedProcesses();
    known.update('emo', recordOf({ process: shell, agent }));
    expect(kindsOf(known.alive())).toEqual(['agent 71', 'pane 70', `server ${serverA.pid}`]);
    known.update('emo', recordOf({ process: shell, agent: null }));
    expect(kindsOf(known.alive())).toEqual([`server ${serverA.pid}`, 'shell 70']);
  });

  test('are none of a session that is gone, and none of a conversation that has ended', () => {
    const known = watchedProcesses();
    const ended = claude('conv', { at: '2026-11-20T12:00:00.000Z', killed: true });
    known.update('emo', recordOf({ process: shell, agent, conversation: ended }));
    expect(kindsOf(known.alive())).toEqual([`server ${serverA.pid}`, 'shell 70']);
    known.update('emo', { ...manifest([gone('api', 'closed')]), server: null });
    expect(known.alive()).toEqual([]);
  });

  test('are victims also after they have ended, because a log may tell of them later', () => {
    const known = watchedProcesses();
    known.update('emo', recordOf({ process: shell, agent }));
    known.update('emo', { ...manifest([]), server: null });
    expect(known.alive()).toEqual([]);
    expect(known.victimsOf(report({ kind: 'process', pid: 71 }))).toMatchObject([
      { user: 'emo', pid: 71, startTime: '710' },
    ]);
    expect(known.victimsOf(report({ kind: 'process', pid: 72 }))).toEqual([]);
  });

  test('are victims of a kill of the control group that they are in, or of one above it', () => {
    const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '';
    const known = watchedProcesses();
    // Without a server: a process of this host could have its number.
    const ownPane = recordOf({ process: { pid: process.pid, startTime: '1' }, agent: null });
    known.update('emo', { ...ownPane, server: null });
    expect(pidsOf(known.victimsOf(report({ kind: 'cgroup', cgroup: own })))).toEqual([process.pid]);
    expect(pidsOf(known.victimsOf(report({ kind: 'cgroup', cgroup: '/' })))).toEqual([process.pid]);
    expect(known.victimsOf(report({ kind: 'cgroup', cgroup: '/none.slice' }))).toEqual([]);
  });

  test('of a user who has left the roster are forgotten', () => {
    const known = watchedProcesses();
    known.update('emo', recordOf({ process: shell, agent }));
    known.keepOnly(['anca']);
    expect(known.alive()).toEqual([]);
  });
});

interface PaneSpec {
  readonly process: Pane['process'];
  readonly agent: Pane['process'];
  readonly conversation?: Pane['conversation'];
}

function recordOf({ process: own, agent: ofAgent, conversation = null }: PaneSpec): Manifest {
  const entry = live('api');
  const launch = { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: '/home/emo' };
  const facts = { name: 'claude', version: null, found: { kind: 'fresh' }, wrapper: null, launch } as const;
  const windows = entry.windows.map((window) => ({
    ...window,
    panes: window.panes.map((pane) => ({
      ...pane,
      process: own,
      conversation,
      agent: ofAgent === null ? null : { ...facts, process: ofAgent },
    })),
  }));
  return manifest([{ ...entry, windows }]);
}

function report(victim: KillReport['victim']): KillReport {
  return { at: '2026-11-20T12:00:00.000Z', killer: { kind: 'host' }, victim };
}

function kindsOf(processes: readonly { readonly kind: string; readonly pid: number }[]): readonly string[] {
  return processes.map(({ kind, pid }) => `${kind} ${pid}`).toSorted();
}

function pidsOf(processes: readonly { readonly pid: number }[]): readonly number[] {
  return processes.map(({ pid }) => pid);
}
