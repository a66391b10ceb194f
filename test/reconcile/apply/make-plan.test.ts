import { describe, expect, test } from 'vitest';
import { nothingSelected, type Selection } from '../../../src/core/plan/selection.ts';
import { makePlan, type Planning } from '../../../src/reconcile/apply/make-plan.ts';
import { claude, gone, live, manifest, observed, seen, unreadable } from '../../support/builders.ts';
import { assessment, reconcileScene, type ReconcileScene } from '../../support/reconcile-scene.ts';

const id = '11111111-1111-4000-8000-000000000001';

describe('what is named and cannot come back is refused with the reason', () => {
  test.each<[string, string, string]>([
    ['because the roster excludes its name', 'scratch-1', 'the roster excludes its name'],
    ['because its conversation runs in another session', 'lost', 'its conversation is live in here'],
  ])('%s', (_title, name, words) => {
    const scene = reconcileScene({ policy: { exclude: ['scratch-*'] } });
    const entries = [
      gone('scratch-1', 'closed', { tmuxId: '$7' }),
      gone('lost', 'closed', { tmuxId: '$8', holding: [claude(id)] }),
      live('here', { tmuxId: '$1', holding: [claude(id)] }),
    ];
    const planning = plan(scene, entries, { sessions: [name] });
    expect(planning).toEqual({ kind: 'refused', problems: [`${name} of emo stays away: ${words}`] });
  });

  test('because its user is parked', () => {
    const scene = reconcileScene();
    const parked = { ...scene.emo, parked: true };
    const found = assessment(parked, scene.account, manifest([gone('work', 'server-died')]));
    const planning = makePlan(scene.context, [found], { ...nothingSelected, sessions: ['work'] });
    expect(planning).toEqual({ kind: 'refused', problems: ['work of emo stays away: its user is parked'] });
  });

  test('because its user has no account', () => {
    const scene = reconcileScene();
    const found = assessment(scene.emo, null, manifest([gone('work', 'server-died')]));
    const planning = makePlan(scene.context, [found], { ...nothingSelected, sessions: ['work'] });
    expect(planning).toEqual({
      kind: 'refused',
      problems: ['work of emo stays away: its user has no account on this host'],
    });
  });

  test('and so is what is named beside it, so that nothing is half done', () => {
    const scene = reconcileScene({ policy: { exclude: ['scratch-*'] } });
    const entries = [gone('scratch-1', 'closed', { tmuxId: '$7' }), gone('work', 'closed', { tmuxId: '$8' })];
    expect(plan(scene, entries, { sessions: ['work', 'scratch-1'] }).kind).toBe('refused');
  });
});

test('a held session that nobody named refuses nothing', () => {
  const entries = [gone('kept', 'closed', { tmuxId: '$7' }), gone('work', 'closed', { tmuxId: '$8' })];
  expect(actionsIn(plan(reconcileScene(), entries, { sessions: ['work'] }))).toEqual(['kept: hold', 'work: create']);
});

test('a snapshot that is asked for as a whole brings back all that it held, whatever its cause is now', () => {
  const scene = reconcileScene();
  const at = scene.stored([live('a', { tmuxId: '$1' }), live('b', { tmuxId: '$2' }), live('c', { tmuxId: '$3' })], 1);
  const entries = [
    gone('a', 'closed', { tmuxId: '$1' }),
    gone('b', 'forgotten', { tmuxId: '$2' }),
    live('here', { tmuxId: '$1' }),
  ];
  expect(actionsIn(plan(scene, entries, { at }))).toEqual(['a: create', 'b: create', 'c: create']);
});

test('with a name only that session of the snapshot is brought back', () => {
  const scene = reconcileScene();
  const at = scene.stored([live('a', { tmuxId: '$1' }), live('b', { tmuxId: '$2' })], 1);
  expect(actionsIn(plan(scene, [], { at, sessions: ['b'] }))).toEqual(['a: hold', 'b: create']);
});

test('a user who cannot be observed has no actions, and the plan says so and is not complete', () => {
  const scene = reconcileScene();
  const found = assessment(scene.emo, scene.account, manifest([gone('work', 'server-died')]), unreadable);
  const planning = makePlan(scene.context, [found], nothingSelected);
  expect(actionsIn(planning)).toEqual([]);
  expect(planning).toMatchObject({
    plan: {
      complete: false,
      diagnostics: [{ severity: 'error', code: 'unknown', message: 'tmux is unknown: tmux did not answer' }],
    },
  });
});

function plan(
  { context, emo, account }: ReconcileScene,
  entries: Parameters<typeof manifest>[0],
  asked: Partial<Selection>,
): Planning {
  const running = entries.flatMap(({ state, name, tmuxId, windows }) =>
    state === 'live' ? [seen(name, { tmuxId, windows })] : [],
  );
  const found = assessment(emo, account, manifest(entries), observed(running));
  return makePlan(context, [found], { ...nothingSelected, ...asked });
}

function actionsIn(planning: Planning): readonly string[] {
  if (planning.kind === 'refused') throw new Error(planning.problems.join('; '));
  const actions = planning.plan.users.flatMap((user) => user.actions);
  return actions.map(({ candidate, action }) => `${candidate.session.name}: ${action}`);
}
