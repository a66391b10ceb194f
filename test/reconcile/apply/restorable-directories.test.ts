import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restorableDirectories } from '../../../src/reconcile/apply/session-build.ts';
import { reconcileScene, type ReconcileScene } from '../../support/reconcile-scene.ts';

type Place = (scene: ReconcileScene) => string;
const below =
  (...names: readonly string[]): Place =>
  ({ home }) =>
    join(home, ...names);

test.each<[string, Place, Place, boolean]>([
  ['a directory that is there is used as it is', below('code'), below('code'), false],
  ['the home is used as it is', below(), below(), false],
  ['one outside of the home that is there is used as it is', () => '/usr', () => '/usr', false],
  ['one that is missing gives way to its nearest parent', below('code', 'x', 'y'), below('code'), true],
  ['one that is missing with all its parents gives way to the home', below('a', 'b', 'c'), below(), true],
  [
    'one that is missing outside of the home gives way to the home, and to none of its parents',
    () => '/usr/no/such',
    below(),
    true,
  ],
  ['one that is a file gives way to its parent', below('code', 'file'), below('code'), true],
  ['one that is no absolute path gives way to the home', () => 'code', below(), true],
])('%s', async (_title, recorded, used, isSaid) => {
  const scene = reconcileScene();
  scene.made('code');
  writeFileSync(join(scene.home, 'code/file'), '');
  const path = recorded(scene);
  const checked = await restorableDirectories(scene.context, scene.account, [path]);
  const note = isSaid ? `it starts in ${used(scene)}, because ${path} is missing or closed` : null;
  expect(checked).toEqual({ kind: 'checked', found: new Map([[path, { path: used(scene), note }]]) });
});

test('without a home to go to it is the root', async () => {
  const scene = reconcileScene();
  const account = { ...scene.account, home: '/no/such/home' };
  const checked = await restorableDirectories(scene.context, account, ['/no/such/home/code']);
  expect(checked).toMatchObject({ found: new Map([['/no/such/home/code', { path: '/', note: expect.any(String) }]]) });
});

test('many are looked at together, each once', async () => {
  const scene = reconcileScene();
  const [a, b] = [scene.made('a'), scene.made('b')];
  const checked = await restorableDirectories(scene.context, scene.account, [a, b, a]);
  expect(checked).toEqual({
    kind: 'checked',
    found: new Map([a, b].map((path) => [path, { path, note: null }])),
  });
});
