import { describe, expect, test } from 'vitest';
import type { AgentFinding, PaneAgent } from '../../../src/core/conversation.ts';
import { isWorthASnapshot } from '../../../src/core/record/is-worth-a-snapshot.ts';
import type { LiveEntry, Manifest, Pane, Window } from '../../../src/core/manifest.ts';
import { noSettings } from '../../../src/core/settings.ts';
import { claude, clock, gone, live, manifest, serverB } from '../../support/builders.ts';

const api = live('api', { holding: [claude('one'), null] });
const stored = manifest([api, gone('old', 'closed')]);

describe('a record is worth a snapshot', () => {
  test('when nothing is stored, even an empty one', () => {
    expect(isWorthASnapshot(null, manifest([]))).toBe(true);
  });

  const changes: readonly [string, Manifest][] = [
    ['a session came', manifest([...stored.sessions, live('new')])],
    ['an entry left', manifest([api])],
    ['a session was renamed', withApi({ name: 'backend' })],
    ['a session has another tmux id', withApi({ tmuxId: '$7' })],
    ['a session has another start directory', withApi({ path: '/srv' })],
    ['a session joined a group', withApi({ sharesWindowsOf: 'old' })],
    ['a session is gone', manifest([gone('api', 'closed', { holding: [claude('one'), null] }), gone('old', 'closed')])],
    ['a cause changed', manifest([api, gone('old', 'forgotten')])],
    ['a session was lost once more', manifest([api, gone('old', 'closed', { goneAt: clock(3) })])],
    ['a window has another index', withWindow({ index: 3 })],
    ['a window got a name', withWindow({ automaticName: false, name: 'logs' })],
    ['a window was zoomed', withWindow({ zoomed: true })],
    ['a window was shown before', withWindow({ last: true })],
    ['an option was set on a window', withWindow({ options: [{ name: '@note', value: 'x' }] })],
    ['a settled title changed', withPane({ title: 'logs' })],
    [
      'an option was set on a session',
      withApi({ settings: { ...noSettings, options: [{ name: 'status', value: 'off' }] } }),
    ],
    ['a variable was set', withApi({ settings: { ...noSettings, environment: [{ name: 'A', value: null }] } })],
    ['a window was linked', withApi({ links: [{ index: 4, owner: 'old', window: 0, active: false, last: false }] })],
    ['a window was split the other way', withWindow({ layout: 'aaaa,80x24,0,0[80x12,0,0,0,80x11,0,13,1]' })],
    ['a pane left', withWindow({ panes: oneWindow().panes.slice(0, 1) })],
    ['a window left', withApi({ windows: [] })],
    ['a pane is in another directory', withPane({ cwd: '/srv' })],
    ['a pane has another tmux id', withPane({ tmuxId: '%77' })],
    ['a pane has another index', withPane({ index: 5 })],
    ['a conversation started', withPane({ conversation: claude('two') }, 1)],
    ['a conversation changed', withPane({ conversation: claude('two') })],
    ['another agent has the id', withPane({ conversation: { ...claude('one'), agent: 'codex' } })],
    ['a conversation ended', withPane({ conversation: claude('one', { at: clock(0), killed: false }) })],
    ['a conversation was killed', withPane({ conversation: claude('one', { at: clock(0), killed: true }) })],
    ['an agent was started again with other arguments', withPane({ agent: agentWith(['--model', 'haiku']) })],
    [
      'an agent was started again by itself',
      withPane({ agent: { ...agentWith([]), process: { pid: 9, startTime: '9' } } }),
    ],
    ['an agent runs where a shell was', withPane({ agent: agentWith([]) }, 1)],
    ['an agent is known by another source', withPane({ agent: { ...agentWith([]), found: byArguments } })],
    ['a pane has another shell', withPane({ shell: { program: '/usr/bin/fish', login: true } })],
    ['a client looks at another pane', withPane({ active: false })],
    ['a client looks at another window', withWindow({ active: false })],
    ['the panes have other sizes', withWindow({ layout: '9f1e,203x51,0,0{101x51,0,0,0,101x51,102,0,1}' })],
    ['another server runs', { ...stored, server: serverB }],
    ['the server has gone', { ...stored, server: null }],
    ['the host has booted', { ...stored, bootId: 'boot-2' }],
    ['the container has started again', { ...stored, initStartTime: '8' }],
  ];

  test.each(changes)('when %s', (_title, next) => {
    expect(isWorthASnapshot(stored, next)).toBe(true);
    expect(isWorthASnapshot(next, stored)).toBe(true);
  });

  test('when a conversation that ended turns out to have been killed', () => {
    const [exited, killed] = [false, true].map((was) =>
      withPane({ conversation: claude('one', { at: clock(0), killed: was }) }),
    );
    expect(isWorthASnapshot(exited ?? null, killed ?? stored)).toBe(true);
  });
});

describe('a record is not worth a snapshot', () => {
  const changes: readonly [string, Manifest, Manifest][] = [
    ['time passed', stored, { ...stored, takenAt: clock(5), sessions: seenLater() }],
    ['another command runs', stored, withPane({ command: 'node' })],
    ['a window that tmux names got another name', stored, withWindow({ name: 'vim' })],
    ['a terminal of another size attached to one pane', alone('b25d,80x24,0,0,0'), alone('9f1e,203x51,0,0,0')],
    ['it was read from a file', stored, JSON.parse(JSON.stringify(reversed(stored)))],
  ];

  test.each(changes)('when only %s', (_title, before, next) => {
    expect(isWorthASnapshot(before, next)).toBe(false);
  });

  function seenLater(): Manifest['sessions'] {
    return stored.sessions.map((entry) => (entry.state === 'live' ? { ...entry, lastSeenAt: clock(5) } : entry));
  }
});

const byArguments: AgentFinding = { kind: 'conversation', source: 'argv', confidence: 'medium' };

function agentWith(args: readonly string[]): PaneAgent {
  const launch = { executable: 'claude', args, droppedArgs: [], env: {}, directory: '/home/emo/code' };
  const found: AgentFinding = { kind: 'conversation', source: 'registry', confidence: 'certain' };
  return {
    name: 'claude',
    version: '2.1.329',
    process: { pid: 4711, startTime: '123456' },
    found,
    launch,
    wrapper: null,
  };
}

function alone(layout: string): Manifest {
  return withWindow({ layout, panes: oneWindow().panes.slice(0, 1) });
}

/** The same document with its fields in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

function withApi(overrides: Partial<LiveEntry>): Manifest {
  return manifest([{ ...api, ...overrides }, gone('old', 'closed')]);
}

function withWindow(overrides: Partial<Window>): Manifest {
  return withApi({ windows: [{ ...oneWindow(), ...overrides }] });
}

function withPane(overrides: Partial<Pane>, at = 0): Manifest {
  return withWindow({
    panes: oneWindow().panes.map((pane, index) => (index === at ? { ...pane, ...overrides } : pane)),
  });
}

function oneWindow(): Window {
  const [window] = api.windows;
  if (window === undefined) throw new Error('a window was wanted');
  return window;
}
