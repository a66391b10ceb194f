import { describe, expect, test } from 'vitest';
import { isPending } from '../../../src/core/plan/action.ts';
import type { SessionEntry } from '../../../src/core/manifest.ts';
import type { Observation } from '../../../src/core/observation.ts';
import type { Creation } from '../../../src/reconcile/apply/creation.ts';
import type { CreatingAction } from '../../../src/reconcile/apply/session-build.ts';
import { sampleWindows } from '../../state/sample-manifest.ts';
import { claude, gone, noServer, observed, seen } from '../../support/builders.ts';
import { writeTranscript } from '../../support/fake-claude.ts';
import {
  planFor,
  reconcileScene,
  type ReconcileScene,
  startsLog,
  type StartsLog,
} from '../../support/reconcile-scene.ts';
import { reconcileParts } from '../../support/reconciler/load-reconcile-parts.ts';
import type { StandInSession } from '../../support/stand-in-tmux/stand-in-sessions.ts';
import { standInTmux, type StandInTmux } from '../../support/stand-in-tmux/stand-in-tmux.ts';

const parts = reconcileParts();
const ids = ['11111111-1111-4000-8000-000000000001', '22222222-2222-4000-8000-000000000002'] as const;

describe('shells', () => {
  test('of however many sessions are asked for in one call, each in its directory', async () => {
    const { scene, tmux } = await stage();
    const entries = Array.from({ length: 40 }, (_, at) => shellIn(scene, `s${at + 10}`, `d${at}`));
    const { outcomes, log } = await create(scene, entries);
    expect(outcomes).toEqual(entries.map(({ name }) => `${name}: created`).toSorted());
    expect(tmux.commandFiles).toHaveLength(1);
    expect(madeIn(tmux)).toEqual(entries.map(({ name, path }) => `${name} ${path} /bin/sh -l`));
    expect(log.turns).toEqual([]);
  });

  test('start the server first where none runs, with nothing of theirs on the command line', async () => {
    const { scene, tmux } = await stage({ runs: false });
    const { outcomes } = await create(scene, [shellIn(scene, 'work', 'code')], noServer);
    expect(outcomes).toEqual(['work: created']);
    expect(tmux.startCount()).toBe(1);
  });

  test('start no server where one runs', async () => {
    const { scene, tmux } = await stage();
    await create(scene, [shellIn(scene, 'work', 'code')]);
    expect(tmux.startCount()).toBe(0);
  });

  test('come back with windows, splits and indices in the order of the record', async () => {
    const { scene, tmux } = await stage();
    const code = scene.made('code');
    const [one] = sampleWindows({ cwd: code }, { cwd: code });
    if (one === undefined) throw new Error('a window was wanted');
    const windows = [
      { ...one, index: 2, active: false },
      { ...one, index: 5, name: 'logs', automaticName: false, active: true, panes: one.panes.slice(0, 1) },
    ];
    await create(scene, [gone('work', 'server-died', { path: code, windows })]);
    expect(tmux.sessions.all[0]?.windows).toMatchObject([
      { index: 2, name: null, active: false, panes: [{ cwd: code }, { cwd: code }] },
      { index: 5, name: 'logs', active: true, panes: [{ cwd: code }] },
    ]);
  });

  test('of a directory that is gone start elsewhere, and that is a note', async () => {
    const { scene, tmux } = await stage();
    const missing = `${scene.home}/gone`;
    const windows = sampleWindows({ cwd: missing, shell: null });
    const { creations } = await create(scene, [gone('work', 'server-died', { path: missing, windows })]);
    expect(madeIn(tmux)).toEqual([`work ${scene.home} /bin/sh -l`]);
    expect(creations).toMatchObject([
      { outcome: { kind: 'created', notes: [`it starts in ${scene.home}, because ${missing} is missing or closed`] } },
    ]);
  });

  test('of a name that somebody took meanwhile are a failure that says so, and whoever has it is not touched', async () => {
    const { scene, tmux } = await stage();
    tmux.sessions.add('work', { cwd: '/' });
    const { outcomes, creations } = await create(scene, [
      shellIn(scene, 'work', 'code'),
      shellIn(scene, 'notes', 'code'),
    ]);
    expect(outcomes).toEqual(['notes: created', 'work: failed']);
    expect(creations).toContainEqual({
      outcome: { kind: 'failed', message: 'another session has taken its name since it was planned' },
      lost: [],
      tmuxId: null,
    });
    expect(tmux.sessions.all.map(({ id, name }) => `${id} ${name}`)).toEqual(['$0 work', '$1 notes']);
  });

  test('that tmux refuses fail in its words, and stop no other', async () => {
    const { scene, tmux } = await stage();
    tmux.sessions.refusing = (words) => (words.includes('bad') ? 'no space for new session' : null);
    const { outcomes, creations } = await create(scene, [
      shellIn(scene, 'bad', 'code'),
      shellIn(scene, 'good', 'code'),
    ]);
    expect(outcomes).toEqual(['bad: failed', 'good: created']);
    expect(creations[0]).toMatchObject({ outcome: { message: 'no space for new session' }, tmuxId: null });
  });

  test('of which a part is refused are created, with a note of what is missing', async () => {
    const { scene, tmux } = await stage();
    tmux.sessions.refusing = ([verb]) => (verb === 'split-window' ? 'no space for new pane' : null);
    const windows = sampleWindows({ cwd: scene.home }, { cwd: scene.home });
    const { creations } = await create(scene, [gone('work', 'server-died', { path: scene.home, windows })]);
    expect(creations).toMatchObject([
      { outcome: { kind: 'created', notes: ['window 0 has 1 of 2 panes', 'no space for new pane'] }, tmuxId: '$0' },
    ]);
  });
});

describe('sessions with an agent', () => {
  test('wait for a turn each, which counts their agents, and are watched until they run', async () => {
    const { scene, tmux } = await stage();
    const entries = ids.map((id, at) => agentIn(scene, `ai${at}`, id));
    const { outcomes, log } = await create(scene, entries);
    expect(outcomes).toEqual(['ai0: created', 'ai1: created']);
    expect(log.turns).toEqual([1, 1]);
    expect(log.left()).toBe(2);
    expect(log.watched).toMatchObject([
      { session: '$0', agent: 'claude', id: ids[0] },
      { session: '$1', agent: 'claude', id: ids[1] },
    ]);
    expect(tmux.commandFiles).toHaveLength(2);
  });

  test('come behind the shells, which need no turn', async () => {
    const { scene, tmux } = await stage();
    await create(scene, [agentIn(scene, 'ai', ids[0]), shellIn(scene, 'zz', 'code')]);
    expect(tmux.sessions.all.map(({ name }) => name)).toEqual(['zz', 'ai']);
  });

  test('come before the sessions that share their windows', async () => {
    const { scene, tmux } = await stage();
    const mirror = gone('a-mirror', 'server-died', {
      tmuxId: '$9',
      sharesWindowsOf: 'own',
      windows: [],
      path: scene.home,
    });
    const { outcomes } = await create(scene, [mirror, agentIn(scene, 'own', ids[0])]);
    expect(outcomes).toEqual(['a-mirror: created', 'own: created']);
    expect(tmux.sessions.all.map(({ name, shares }) => [name, shares])).toEqual([
      ['own', null],
      ['a-mirror', 'own'],
    ]);
  });

  test('that get no turn are deferred, and nothing is asked for them', async () => {
    const { scene, tmux } = await stage();
    const entries = ids.map((id, at) => agentIn(scene, `ai${at}`, id));
    const { outcomes, log } = await create(
      scene,
      entries,
      undefined,
      startsLog(undefined, (turn) => turn === 1),
    );
    expect(outcomes).toEqual(['ai0: created', 'ai1: deferred']);
    expect(tmux.sessions.all.map(({ name }) => name)).toEqual(['ai0']);
    expect(log.left()).toBe(1);
  });

  test('that tmux refuses give their turn back, and lose no conversation', async () => {
    const { scene, tmux } = await stage();
    tmux.sessions.refusing = ([verb]) => (verb === 'new-session' ? 'no' : null);
    const { creations, log } = await create(scene, [agentIn(scene, 'ai', ids[0])]);
    expect(creations).toMatchObject([{ outcome: { kind: 'failed', message: 'no' }, lost: [] }]);
    expect([log.turns.length, log.left()]).toEqual([1, 1]);
  });

  test('whose agent ends at once have failed with its last words, and its conversation is lost', async () => {
    const { scene } = await stage();
    const { creations, log } = await create(
      scene,
      [agentIn(scene, 'ai', ids[0])],
      undefined,
      startsLog({ kind: 'ended', ending: 'ended', words: 'no such conversation' }),
    );
    expect(creations).toMatchObject([
      {
        outcome: { kind: 'failed', message: 'claude ended at once, and left a shell: no such conversation' },
        lost: [{ conversation: { id: ids[0] }, hasStarted: true }],
        tmuxId: '$0',
      },
    ]);
    expect(log.left()).toBe(1);
  });

  test('whose agent shows nothing in time are created, with a note', async () => {
    const { scene } = await stage();
    const { creations } = await create(
      scene,
      [agentIn(scene, 'ai', ids[0])],
      undefined,
      startsLog({ kind: 'unconfirmed' }),
    );
    expect(creations).toMatchObject([
      { outcome: { kind: 'created', notes: ['claude has not shown its conversation yet'] }, lost: [] },
    ]);
  });

  test('whose conversation is gone come back as a shell, are called so, and wait for no turn', async () => {
    const { scene, tmux } = await stage();
    const code = scene.made('code');
    const held = sampleWindows({ conversation: claude(ids[0]), cwd: code });
    const { creations, log } = await create(scene, [gone('ai', 'server-died', { path: code, windows: held })]);
    expect(creations).toMatchObject([
      {
        outcome: { kind: 'created-without-conversation' },
        lost: [{ conversation: { id: ids[0] }, hasStarted: false }],
      },
    ]);
    expect(log.turns).toEqual([]);
    expect(tmux.sessions.all).toHaveLength(1);
  });
});

test('a user without an account gets nothing, and every action says so', async () => {
  const { scene, tmux } = await stage();
  const nobody = { ...scene, context: { ...scene.context, accounts: new Map() } };
  const { creations } = await create(nobody, [shellIn(scene, 'a', 'x'), shellIn(scene, 'b', 'x')]);
  expect(creations.map(({ outcome }) => outcome)).toEqual([
    { kind: 'failed', message: 'the user has no account' },
    { kind: 'failed', message: 'the user has no account' },
  ]);
  expect(tmux.commandFiles).toEqual([]);
});

test('a run that is told to end while agents wait for their turn ends, and what is there stays', async () => {
  const { scene, tmux } = await stage();
  const log = startsLog(undefined, (turn) => {
    if (turn === 2) throw new Error('SIGTERM');
    return true;
  });
  const entries = ids.map((id, at) => agentIn(scene, `ai${at}`, id));
  await expect(create(scene, entries, undefined, log)).rejects.toThrow('SIGTERM');
  expect(tmux.sessions.all.map(({ name }) => name)).toEqual(['ai0']);
});

async function stage({ runs = true } = {}): Promise<{ readonly scene: ReconcileScene; readonly tmux: StandInTmux }> {
  const scene = reconcileScene();
  return { scene, tmux: await standInTmux({ directory: scene.directory, runs }) };
}

let nextId = 0;

function shellIn(scene: ReconcileScene, name: string, directory: string): SessionEntry {
  const cwd = scene.made(directory);
  const windows = sampleWindows({ cwd, shell: { program: '/bin/sh', login: true } });
  return gone(name, 'server-died', { tmuxId: `$${nextId++}`, path: cwd, windows });
}

function agentIn(scene: ReconcileScene, name: string, id: string): SessionEntry {
  const cwd = scene.made('code');
  writeTranscript(scene, id, cwd);
  const windows = sampleWindows({ cwd, conversation: claude(id) });
  return gone(name, 'server-died', { tmuxId: `$${nextId++}`, path: cwd, windows });
}

interface Created {
  /** In the order of names. */
  readonly outcomes: readonly string[];
  readonly creations: readonly Creation[];
  readonly log: StartsLog;
}

async function create(
  scene: ReconcileScene,
  entries: readonly SessionEntry[],
  observation: Observation = observed([seen('idle', { tmuxId: '$90' })]),
  log = startsLog(),
): Promise<Created> {
  const user = planFor(scene, entries, { observation });
  const actions = user.actions.flatMap((action): readonly CreatingAction[] =>
    isPending(action) && action.action !== 'resume' ? [action] : [],
  );
  expect(actions).toHaveLength(entries.length);
  const made = await parts().createUserSessions(scene.context, user, actions, log.starts);
  const outcomes = [...made].map(([{ as }, { outcome }]) => `${as}: ${outcome.kind}`).toSorted();
  return { outcomes, creations: actions.flatMap((action) => made.get(action) ?? []), log };
}

/** The sessions of one pane, in the order in which they were made. */
function madeIn({ sessions }: StandInTmux): readonly string[] {
  return sessions.all.map((session) => `${session.name} ${paneOf(session).cwd} ${paneOf(session).command?.join(' ')}`);
}

function paneOf({ name, windows }: StandInSession) {
  const [pane, ...others] = windows.flatMap(({ panes }) => panes);
  if (pane === undefined || others.length > 0) throw new Error(`${name} has not one pane`);
  return pane;
}
