import type { AgentFinding, Conversation, PaneAgent } from '../../src/core/conversation.ts';
import type { GoneEntry, LiveEntry, Manifest, Pane, SessionEntry } from '../../src/core/manifest.ts';
import { noSettings } from '../../src/core/settings.ts';
import type { Account } from '../../src/system/host/accounts.ts';

export const conversationIds = [
  '3f36c85e-1111-4222-8333-444455556666',
  'a1b2c3d4-aaaa-4bbb-8ccc-ddddeeeeffff',
  '00000000-0000-4000-8000-000000000000',
] as const;

/** The account that runs the tests, under the name of the samples. */
export const sampleAccount: Account = {
  name: 'emo',
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  home: '/home/emo',
  shell: '/bin/bash',
};

export function sampleManifest(sessions: readonly SessionEntry[] = [sampleLive()]): Manifest {
  return {
    user: 'emo',
    uid: sampleAccount.uid,
    host: 'devvm',
    takenAt: '2026-11-20T13:59:51.204Z',
    bootId: 'b7a8e5d2-0000-4000-8000-000000000001',
    initStartTime: '7',
    server: { pid: 4242, startTime: 1_795_000_000 },
    furtherServers: [],
    configFiles: null,
    sessions,
  };
}

export function sampleLive(facts: Partial<LiveEntry> = {}): LiveEntry {
  return {
    name: 'notes',
    socket: null,
    state: 'live',
    cause: null,
    goneAt: null,
    killer: null,
    tmuxId: '$1',
    createdAt: '2026-11-20T08:00:00.000Z',
    lastSeenAt: '2026-11-20T13:59:51.204Z',
    path: '/home/emo',
    sharesWindowsOf: null,
    sharedWindow: null,
    sharedLastWindow: null,
    links: [],
    settings: noSettings,
    gonePanes: [],
    windows: sampleWindows({}),
    ...facts,
  };
}

export function sampleGone(facts: Partial<GoneEntry> = {}): GoneEntry {
  return {
    ...sampleLive(),
    state: 'gone',
    cause: 'server-died',
    goneAt: '2026-11-20T14:02:00.000Z',
    ...facts,
  };
}

export function samplePane(facts: Partial<Pane> = {}): Pane {
  return {
    index: 0,
    tmuxId: '%1',
    active: true,
    cwd: '/home/emo/code',
    title: 'devvm',
    command: 'bash',
    conversation: null,
    agent: null,
    shell: { program: '/usr/bin/bash', login: true },
    program: null,
    process: { pid: 4243, startTime: '1234' },
    ...facts,
  };
}

/** A claude that was found so. */
export function sampleAgent(found: AgentFinding): PaneAgent {
  const launch = { executable: 'claude', args: [], droppedArgs: [], env: {}, directory: '/home/emo/code' };
  return {
    name: 'claude',
    version: '2.1.329',
    process: { pid: 4711, startTime: '123456' },
    found,
    launch,
    wrapper: null,
  };
}

/** The windows of a session that shows these panes side by side. */
export function sampleWindows(...panes: readonly Partial<Pane>[]): LiveEntry['windows'] {
  return [
    {
      index: 0,
      name: 'bash',
      automaticName: true,
      active: true,
      layout: 'b25d,80x24,0,0,0',
      last: false,
      zoomed: false,
      options: [],
      panes: panes.map((pane, index) => samplePane({ index, active: index === 0, ...pane })),
    },
  ];
}

export function claude(id: string, ended: Conversation['ended'] = null): Conversation {
  return { agent: 'claude', id, ended };
}
