import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Action } from '../../../src/core/plan/action.ts';
import { noOutcomes, type Outcome } from '../../../src/core/plan/outcome.ts';
import { rememberOutcomes } from '../../../src/reconcile/apply/remember-outcomes.ts';
import { readLastApply } from '../../../src/state/last-apply.ts';
import { gone, live, observed, seen, unreadable } from '../../support/builders.ts';
import { planFor, reconcileScene } from '../../support/reconcile-scene.ts';

const entries = [
  gone('a', 'server-died', { tmuxId: '$1' }),
  gone('b', 'server-died', { tmuxId: '$2' }),
  gone('c', 'closed', { tmuxId: '$3' }),
  live('here', { tmuxId: '$4' }),
];

test('what an apply came to is kept for the user, every kind of outcome counted as what it is', () => {
  const scene = reconcileScene();
  const user = planFor(scene, entries, { observation: observed([seen('here', { tmuxId: '$4' })]) });
  const outcomes = new Map<Action, Outcome>(
    user.actions.flatMap((action): readonly (readonly [Action, Outcome])[] => {
      if (action.action !== 'create') return [];
      return [
        [action, action.as === 'a' ? { kind: 'created', as: 'a', notes: [] } : { kind: 'failed', message: 'no' }],
      ];
    }),
  );
  expect(rememberOutcomes(scene.context, [user], outcomes)).toEqual([]);
  expect(readLastApply(scene.context.stateDirectory, 'emo')).toEqual({
    formatVersion: 1,
    time: '2026-11-20T13:00:00.000Z',
    outcomes: { ...noOutcomes, created: 1, failed: 1, 'already-live': 1 },
  });
});

test('what was not acted on, although it was planned, counts as deferred', () => {
  const scene = reconcileScene();
  rememberOutcomes(scene.context, [planFor(scene, entries)], new Map());
  expect(readLastApply(scene.context.stateDirectory, 'emo')?.outcomes).toMatchObject({ deferred: 2, created: 0 });
});

test('nothing is kept of a user who could not be looked at, and what is known stays', () => {
  const scene = reconcileScene();
  rememberOutcomes(scene.context, [planFor(scene, entries)], new Map());
  const before = readLastApply(scene.context.stateDirectory, 'emo');
  const later = { ...scene.context, now: () => new Date(0) };
  expect(rememberOutcomes(later, [planFor(scene, entries, { observation: unreadable })], new Map())).toEqual([]);
  expect(readLastApply(scene.context.stateDirectory, 'emo')).toEqual(before);
});

test('a place that cannot be written to is a warning, and fails no apply', () => {
  const scene = reconcileScene();
  writeFileSync(scene.context.stateDirectory, '');
  expect(rememberOutcomes(scene.context, [planFor(scene, entries)], new Map())).toMatchObject([
    { severity: 'warning', code: 'metrics-not-written', user: null },
  ]);
});
