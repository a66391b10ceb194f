import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { buildScene } from '../../bench/scene/scene.ts';
import { killEverything, processesOf } from '../../bench/scene/scene-processes.ts';
import { lookUpAccounts } from '../../src/system/host/accounts.ts';
import { runPersist } from '../support/persist-sandbox.ts';

/** The confidence in each session's conversation, by what is planned about the session. */
function plannedIn(env: Readonly<Record<string, string>>): readonly string[] {
  const plan: {
    readonly users: readonly {
      readonly actions: readonly {
        readonly action: string;
        readonly conversation: { readonly confidence: string } | null;
      }[];
    }[];
  } = JSON.parse(runPersist(env, ['plan', '--json', '--no-units']).stdout);
  return plan.users.flatMap(({ actions }) =>
    actions.map(({ action, conversation }) => `${action} ${conversation?.confidence ?? 'none'}`),
  );
}

test('the agents of a scene of the bench are taken for Claude Code, come back after a kill, and leave nothing', async () => {
  const scene = await buildScene({ users: 2, sessions: 2, agents: true });
  onTestFinished(scene.remove);
  const uids = new Set(scene.users.map(({ uid }) => uid));

  expect(runPersist(scene.env, ['save'])).toMatchObject({ exitCode: 0 });
  expect(plannedIn(scene.env)).toEqual(Array.from({ length: 4 }, () => 'live certain'));

  await killEverything(scene);
  expect(plannedIn(scene.env)).toEqual(Array.from({ length: 4 }, () => 'create certain'));
  expect(runPersist(scene.env, ['apply', '--no-units'])).toMatchObject({ exitCode: 0 });
  // An agent is there before it has its record, as the real one is.
  await expect
    .poll(() => plannedIn(scene.env), { timeout: 10_000 })
    .toEqual(Array.from({ length: 4 }, () => 'live certain'));

  await scene.remove();
  expect(processesOf(uids)).toEqual([]);
  expect(await lookUpAccounts(scene.users.map(({ name }) => name))).toEqual(new Map());
  expect(existsSync(scene.directory)).toBe(false);
}, 120_000);
