import { describe, expect, test } from 'vitest';
import type { ServerEnd } from '../../../src/core/endings.ts';
import { serverEnd, type ServerTraces } from '../../../src/core/record/evidence.ts';
import { manifest, serverA, serverB } from '../../support/builders.ts';

const { pid } = serverA;
const none = { open: [], closed: [] };

describe('how a server ended', () => {
  const table: readonly [string, Partial<ServerTraces>, ServerEnd | null][] = [
    ['all its terminals are closed', { recorded: of(pid, { open: [], closed: ['pts/4', 'pts/7'] }) }, 'orderly'],
    ['closed in any order', { recorded: of(pid, { open: [], closed: ['pts/9', 'pts/7', 'pts/4'] }) }, 'orderly'],
    ['all its terminals are still open', { recorded: of(pid, { open: ['pts/4', 'pts/7'], closed: [] }) }, 'violent'],
    ['one of them is still open', { recorded: of(pid, { open: ['pts/7'], closed: ['pts/4'] }) }, 'violent'],
    [
      'one that nobody remembers is still open',
      { recorded: of(pid, { open: ['pts/9'], closed: ['pts/4', 'pts/7'] }) },
      'violent',
    ],
    ['nothing of it is left, because others have its terminals', { recorded: of(pid, none) }, null],
    ['the records know nothing of it', { recorded: new Map() }, null],
    ['one terminal is closed, another has the other', { recorded: of(pid, { open: [], closed: ['pts/4'] }) }, null],
    [
      'only the terminals of another server are open',
      { recorded: of(serverB.pid, { open: ['pts/4'], closed: [] }) },
      null,
    ],
    [
      'another server closed the same terminals',
      { recorded: of(serverB.pid, { open: [], closed: ['pts/4', 'pts/7'] }) },
      null,
    ],
    ['the host keeps no login records any more', { recorded: null }, null],
    ['it had no terminals in them at the last save', { remembered: null }, null],
    ['an empty list of terminals is remembered', { remembered: { serverPid: pid, lines: [] } }, null],
    ['those remembered are of another server', { remembered: { serverPid: serverB.pid, lines: ['pts/4'] } }, null],
    ['the host has booted since', { boot: { bootId: 'boot-2', initStartTime: '7' } }, null],
    ['the container has started again since', { boot: { bootId: 'boot-1', initStartTime: '8' } }, null],
    ['no server ran at the last save', { previous: manifest([], { server: null }) }, null],
    ['nothing was ever saved', { previous: null }, null],
  ];

  test.each(table)('when %s', (_title, traces, expected) => {
    expect(serverEnd({ ...orderly, ...traces })).toBe(expected);
  });

  test('is not told while a server lives under its number, whatever the records say', () => {
    for (const terminals of [none, { open: ['pts/4'], closed: [] }, { open: [], closed: ['pts/4', 'pts/7'] }]) {
      expect(serverEnd({ ...orderly, isAlive: true, recorded: of(pid, terminals) })).toBeNull();
    }
  });
});

const orderly: ServerTraces = {
  previous: manifest([]),
  boot: { bootId: 'boot-1', initStartTime: '7' },
  isAlive: false,
  remembered: { serverPid: pid, lines: ['pts/4', 'pts/7'] },
  recorded: of(pid, { open: [], closed: ['pts/4', 'pts/7'] }),
};

function of(server: number, terminals: typeof none | { open: string[]; closed: string[] }): ServerTraces['recorded'] {
  return new Map([[server, terminals]]);
}
