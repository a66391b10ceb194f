import { describe, expect, test } from 'vitest';
import type { Pane } from '../../../src/core/manifest.ts';
import type { PaneStart } from '../../../src/reconcile/apply/agent-commands.ts';
import {
  type CreatingAction,
  directoriesOf,
  sessionBuild,
  type SessionBuild,
} from '../../../src/reconcile/apply/session-build.ts';
import { claude as agentOf, sampleAgent, sampleWindows } from '../../state/sample-manifest.ts';
import { claude, gone } from '../../support/builders.ts';
import { planFor, reconcileScene } from '../../support/reconcile-scene.ts';

const id = '11111111-1111-4000-8000-000000000001';
const shell: PaneStart = { kind: 'shell', lost: null, note: null };
const run = ['sh', 'claude'];
const agent: Extract<PaneStart, { kind: 'agent' }> = {
  kind: 'agent',
  agent: 'claude',
  conversation: claude(id),
  command: run,
  note: null,
  withoutMessage: null,
};
const bash = { program: '/bin/bash', login: false };

describe('what is asked of tmux for a session', () => {
  test.each<[string, Partial<Pane>, PaneStart, readonly string[] | null]>([
    ['is the shell that ran there, and no login one where it was none', { shell: bash }, shell, ['/bin/bash', '-i']],
    ['is a login shell where it was one', { shell: { ...bash, login: true } }, shell, ['/bin/bash', '-l']],
    ['is the login shell of the account where none is known', { shell: null }, shell, ['/bin/sh', '-l']],
    [
      'is the login shell where that one is gone',
      { shell: { program: '/bin/no-zsh', login: false } },
      shell,
      ['/bin/sh', '-l'],
    ],
    [
      'is no program that is not a shell',
      { shell: { program: '/usr/bin/env', login: false } },
      shell,
      ['/bin/sh', '-l'],
    ],
    ['is the command of its agent', { conversation: claude(id), shell: bash }, agent, ['sh', 'claude']],
  ])('%s', (_title, pane, start, command) => {
    expect(
      built(gone('work', 'server-died', { windows: sampleWindows(pane) }), () => start).request.windows,
    ).toMatchObject([{ panes: [{ command }] }]);
  });

  test('is left to tmux where the account has no usable shell either', () => {
    const build = built(gone('work', 'server-died', { windows: sampleWindows({ shell: null }) }), () => shell, {
      accountShell: '/usr/sbin/nologin',
    });
    expect(build.request.windows).toMatchObject([{ panes: [{ command: null }] }]);
  });

  test('has each window and pane as it was: index, name, layout, what was active', () => {
    const [first] = sampleWindows({}, { active: true }, {});
    if (first === undefined) throw new Error('a window was wanted');
    const windows = [
      { ...first, index: 3, active: false, panes: first.panes.map((pane, at) => ({ ...pane, active: at === 1 })) },
      { ...first, index: 7, name: 'logs', automaticName: false, layout: null, panes: first.panes.slice(0, 1) },
    ];
    const { request } = built(gone('work', 'server-died', { windows }), () => shell);
    expect(request.windows).toMatchObject([
      {
        index: 3,
        active: false,
        automaticName: true,
        layout: first.layout,
        panes: [{ active: false }, { active: true }, {}],
      },
      { index: 7, active: true, name: 'logs', automaticName: false, layout: null, panes: [{ active: true }] },
    ]);
  });

  test('is only its directory for a session that shares windows', () => {
    const entry = gone('mirror', 'server-died', { sharesWindowsOf: 'work', windows: [], path: '/home/emo' });
    expect(built(entry, () => shell).request).toMatchObject({
      name: 'mirror',
      path: '/home/emo',
      sharesWindowsOf: 'work',
      windows: [],
    });
  });
});

describe('the directory of a pane', () => {
  const windows = sampleWindows(
    { cwd: '/tmp/x', conversation: agentOf(id), agent: sampleAgent({ kind: 'fresh' }) },
    { cwd: '/tmp/y', conversation: agentOf(id) },
    { cwd: '/tmp/z', agent: sampleAgent({ kind: 'fresh' }) },
  );

  test('is that which its conversation belongs to, wherever its shell was', () => {
    expect(directoriesOf(creating(gone('work', 'server-died', { path: '/p', windows })))).toEqual([
      '/p',
      '/home/emo/code',
      '/tmp/y',
      '/tmp/z',
    ]);
  });

  test('is another one where it is missing, which is said once', () => {
    const note = 'it starts in /home, because /gone is missing or closed';
    const entry = gone('work', 'server-died', {
      path: '/gone',
      windows: sampleWindows({ cwd: '/gone' }, { cwd: '/gone' }),
    });
    const { request, notes } = built(entry, () => shell, {
      directories: new Map([['/gone', { path: '/home', note }]]),
    });
    expect(request).toMatchObject({ path: '/home', windows: [{ panes: [{ cwd: '/home' }, { cwd: '/home' }] }] });
    expect(notes).toEqual([note]);
  });
});

describe('what is said of a session', () => {
  const held = sampleWindows({ conversation: claude(id), shell: bash }, { shell: bash });

  test('says once that agents of several panes do not get the message', () => {
    const entry = gone('work', 'server-died', { windows: sampleWindows({}, {}, {}) });
    const without = { ...agent, withoutMessage: 'opencode did not get the message: it takes none' };
    expect(built(entry, () => without)).toMatchObject({ notes: [without.withoutMessage], lacksConversation: false });
  });

  test.each<[string, PaneStart, Pick<SessionBuild, 'notes' | 'lost' | 'lacksConversation'>]>([
    ['is nothing when all comes back', agent, { notes: [], lost: [], lacksConversation: false }],
    [
      'is that a conversation is lost, and which one',
      { kind: 'shell', lost: claude(id), note: 'its transcript was removed' },
      {
        notes: ['its transcript was removed'],
        lost: [{ conversation: claude(id), hasStarted: false }],
        lacksConversation: true,
      },
    ],
    [
      'is that a conversation runs elsewhere, which is not lost',
      { kind: 'shell', lost: null, note: 'claude runs in process 7 already' },
      { notes: ['claude runs in process 7 already'], lost: [], lacksConversation: true },
    ],
  ])('%s', (_title, start, told) => {
    const startOf = (pane: Pane): PaneStart => (pane.conversation === null ? shell : start);
    expect(built(gone('work', 'server-died', { windows: held }), startOf)).toMatchObject(told);
  });

  test('is once that a shell is not there any more, in however many panes it ran', () => {
    const zsh = { program: '/bin/no-zsh', login: true };
    const { notes } = built(
      gone('work', 'server-died', { windows: sampleWindows({ shell: zsh }, { shell: zsh }) }),
      () => shell,
    );
    expect(notes).toEqual(['its shell is /bin/sh, because /bin/no-zsh is not there any more']);
  });
});

test('a pane that lost its conversation to another session of the plan is a shell, and no conversation is missed in it', () => {
  const windows = sampleWindows(
    { conversation: claude(id), agent: sampleAgent({ kind: 'fresh' }) },
    { conversation: claude(id), agent: sampleAgent({ kind: 'fresh' }) },
  );
  const asked: (string | null)[] = [];
  const build = built(gone('work', 'server-died', { windows }), (pane) => {
    asked.push(pane.conversation?.id ?? null);
    return pane.conversation === null ? shell : agent;
  });
  expect(asked).toEqual([id, null]);
  expect(build).toMatchObject({ agents: [agent], lacksConversation: false });
});

function creating(entry: ReturnType<typeof gone>): CreatingAction {
  const [action] = planFor(reconcileScene(), [entry]).actions;
  if (action?.action !== 'create') throw new Error('an action that creates was wanted');
  return action;
}

interface Overrides {
  readonly accountShell?: string;
  readonly directories?: Parameters<typeof sessionBuild>[1]['directories'];
}

function built(
  entry: ReturnType<typeof gone>,
  startOf: (pane: Pane) => PaneStart,
  { accountShell = '/bin/sh', directories }: Overrides = {},
): SessionBuild {
  const action = creating(entry);
  const asTheyAre = new Map(directoriesOf(action).map((path) => [path, { path, note: null }]));
  const account = { name: 'emo', uid: 1001, gid: 1001, home: '/home/emo', shell: accountShell };
  return sessionBuild(action, { account, directories: directories ?? asTheyAre, startOf });
}
