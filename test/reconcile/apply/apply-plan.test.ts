import { describe, expect, test } from 'vitest';
import type { Cause, SessionEntry } from '../../../src/core/manifest.ts';
import { type AppliedPlan, outcomeOf, summaryOfOutcomes } from '../../../src/core/plan/outcome.ts';
import { nothingSelected, type Selection } from '../../../src/core/plan/selection.ts';
import { readLastApply } from '../../../src/state/last-apply.ts';
import { readNewestValid } from '../../../src/state/snapshot-store.ts';
import { lockPath } from '../../../src/state/state-paths.ts';
import { lockFile } from '../../../src/system/files/file-lock.ts';
import { sampleWindows } from '../../state/sample-manifest.ts';
import { claude, gone } from '../../support/builders.ts';
import { reconcileScene, type ReconcileScene, type SceneOptions } from '../../support/reconcile-scene.ts';
import { reconcileParts } from '../../support/reconciler/load-reconcile-parts.ts';
import { standInTmux, type StandInTmux } from '../../support/stand-in-tmux/stand-in-tmux.ts';

const parts = reconcileParts();
const id = '11111111-1111-4000-8000-000000000001';

describe('what an apply comes to is one outcome for each action of its plan', () => {
  test('created, without its conversation, failed, held: each is counted as what it is', async () => {
    const { scene, tmux } = await stage();
    tmux.sessions.refusing = (words) => (words.includes('bad') ? 'no space' : null);
    const entries = [
      lostIn(scene, 'good', 'server-died'),
      lostIn(scene, 'bad', 'server-died'),
      lostIn(scene, 'kept', 'closed'),
      gone('ai', 'server-died', {
        tmuxId: '$7',
        path: scene.home,
        windows: sampleWindows({ cwd: scene.home, conversation: claude(id) }),
      }),
    ];
    const applied = await apply(scene, entries);
    expect(outcomesIn(applied)).toEqual([
      'ai: created-without-conversation',
      'bad: failed',
      'good: created',
      'here: already-live',
      'kept: null',
    ]);
    expect(summaryOfOutcomes(applied)).toMatchObject({ created: 1, createdWithoutConversation: 1, failed: 1, hold: 1 });
    expect(applied.complete).toBe(true);
    expect(readLastApply(scene.context.stateDirectory, 'emo')?.outcomes).toMatchObject({
      created: 1,
      'created-without-conversation': 1,
      failed: 1,
    });
  });

  test('a server is started where none runs, and the sessions are there', async () => {
    const { scene, tmux } = await stage({ runs: false });
    const applied = await apply(scene, [lostIn(scene, 'a', 'server-died'), lostIn(scene, 'b', 'server-died')]);
    expect(outcomesIn(applied)).toEqual(['a: created', 'b: created']);
    expect(tmux.startCount()).toBe(1);
    expect(tmux.sessions.all.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('a second apply finds nothing to do, and asks tmux for nothing but what runs', async () => {
    const { scene, tmux } = await stage();
    await apply(scene, [lostIn(scene, 'a', 'server-died')]);
    const before = tmux.commandFiles.length;
    const again = await applyAsStored(scene);
    expect(outcomesIn(again)).toEqual(['a: already-live', 'here: already-live']);
    expect(again.plan.pending).toBe(false);
    expect(tmux.commandFiles).toHaveLength(before);
  });

  test('only what was named is brought back, and what it was is recorded', async () => {
    const { scene, tmux } = await stage();
    const entries = [lostIn(scene, 'a', 'closed'), lostIn(scene, 'b', 'server-died')];
    const applied = await apply(scene, entries, { sessions: ['a'] });
    expect(outcomesIn(applied)).toEqual(['a: created', 'b: null', 'here: already-live']);
    expect(tmux.sessions.all.map(({ name }) => name)).toEqual(['here', 'a']);
    expect(causesIn(scene)).toEqual({ a: null, b: 'server-died', here: null });
  });

  test('what failed stays in the record with its cause, so that the next plan has it', async () => {
    const { scene, tmux } = await stage();
    tmux.sessions.refusing = (words) => (words.includes('bad') ? 'no space' : null);
    await apply(scene, [lostIn(scene, 'bad', 'server-died')]);
    expect(causesIn(scene)).toEqual({ bad: 'server-died', here: null });
  });
});

describe('an apply that is refused', () => {
  test.each<[string, SceneOptions, Partial<Selection>, string]>([
    ['for a name that nothing has', {}, { sessions: ['unheard'] }, 'matches no session'],
    [
      'for a name that the roster excludes',
      { policy: { exclude: ['a'] } },
      { sessions: ['a'] },
      'the roster excludes its name',
    ],
    ['for a snapshot that is not there', {}, { at: '20260101T000000' }, 'no snapshot "20260101T000000"'],
  ])('%s does nothing and records nothing', async (_title, options, asked, words) => {
    const { scene, tmux } = await stage({ options });
    const before = scene.stored([lostIn(scene, 'a', 'server-died')], 0);
    const application = await applying(scene, asked);
    expect(application).toEqual({ kind: 'refused', problems: [expect.stringContaining(words)] });
    expect(tmux.commandFiles).toEqual([]);
    expect(readNewestValid(scene.context.stateDirectory, 'emo').newest?.id).toBe(before);
  });
});

test('a user whose lock another run holds is left out, and the apply is not complete', async () => {
  const { scene, tmux } = await stage();
  scene.stored([lostIn(scene, 'a', 'server-died')], 0);
  await applying(scene, { sessions: ['a'] });
  const asked = tmux.commandFiles.length;
  const lock = lockPath(scene.context.stateDirectory, 'emo');
  const held = await lockFile(lock, { waitSeconds: 1, signal: scene.context.signal });
  if (held.kind !== 'held') throw new Error(held.kind);
  const application = await applying({ ...scene, context: { ...scene.context, lockTimeoutMs: 50 } }, {});
  held.release();
  expect(application).toMatchObject({
    kind: 'applied',
    lockedOut: [{ user: 'emo', kind: 'busy' }],
    applied: { complete: false, diagnostics: [{ severity: 'error', code: 'locked' }] },
  });
  expect(tmux.commandFiles).toHaveLength(asked);
});

test('whoever is done is told of it with the outcomes, once', async () => {
  const { scene } = await stage();
  scene.stored([lostIn(scene, 'a', 'server-died')], 0);
  const told: string[] = [];
  await applying(scene, {}, (users, outcomes) => told.push(`${users.length} ${outcomes}`));
  expect(told).toEqual(['1 created']);
});

interface StageOptions {
  readonly runs?: boolean;
  readonly options?: SceneOptions;
}

/** A user whose server runs one session, `here`; or none that runs. */
async function stage({ runs = true, options = {} }: StageOptions = {}): Promise<{
  readonly scene: ReconcileScene;
  readonly tmux: StandInTmux;
}> {
  const scene = reconcileScene(options);
  const tmux = await standInTmux({ directory: scene.directory, runs });
  if (runs) tmux.sessions.add('here', {});
  return { scene, tmux };
}

let nextId = 0;

function lostIn(scene: ReconcileScene, name: string, cause: Cause): SessionEntry {
  const cwd = scene.made('code');
  const windows = sampleWindows({ cwd, shell: null });
  return gone(name, cause, { tmuxId: `$${50 + nextId++}`, path: cwd, windows });
}

async function apply(
  scene: ReconcileScene,
  entries: readonly SessionEntry[],
  asked: Partial<Selection> = {},
): Promise<AppliedPlan> {
  scene.stored(entries, 0);
  return applyAsStored(scene, asked);
}

async function applyAsStored(scene: ReconcileScene, asked: Partial<Selection> = {}): Promise<AppliedPlan> {
  const application = await applying(scene, asked);
  if (application.kind === 'refused') throw new Error(application.problems.join('; '));
  return application.applied;
}

function applying(
  { context }: ReconcileScene,
  asked: Partial<Selection>,
  onSettled: (users: readonly unknown[], outcomes: string) => void = () => {},
) {
  return parts().applyPlan(context, {
    selection: { ...nothingSelected, ...asked },
    drawsProgress: false,
    withUnits: false,
    message: null,
    onSettled: (users, { outcomes }) => onSettled(users, [...outcomes.values()].map(({ kind }) => kind).join()),
  });
}

/** In the order of names. */
function outcomesIn(applied: AppliedPlan): readonly string[] {
  const actions = applied.plan.users.flatMap((user) => user.actions);
  return actions
    .map((action) => `${action.candidate.session.name}: ${outcomeOf(action, applied)?.kind ?? null}`)
    .toSorted();
}

function causesIn({ context: { stateDirectory } }: ReconcileScene): Readonly<Record<string, Cause | null>> {
  const sessions = readNewestValid(stateDirectory, 'emo').newest?.manifest.sessions ?? [];
  return Object.fromEntries(sessions.map(({ name, cause }) => [name, cause]));
}
