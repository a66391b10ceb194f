import { expect, test } from 'vitest';
import type { SessionEntry } from '../../../src/core/manifest.ts';
import { readNewestValid } from '../../../src/state/snapshot-store.ts';
import { lockPath } from '../../../src/state/state-paths.ts';
import { lockFile } from '../../../src/system/files/file-lock.ts';
import { claude, gone } from '../../support/builders.ts';
import { reconcileScene, type ReconcileScene } from '../../support/reconcile-scene.ts';
import { reconcileParts } from '../../support/reconciler/load-reconcile-parts.ts';
import { standInTmux } from '../../support/stand-in-tmux/stand-in-tmux.ts';

const parts = reconcileParts();
const id = '11111111-1111-4000-8000-000000000001';
const lost: readonly SessionEntry[] = [
  gone('work', 'server-died', { tmuxId: '$1', holding: [claude(id)] }),
  gone('notes', 'closed', { tmuxId: '$2' }),
  gone('twice', 'closed', { tmuxId: '$3' }),
  gone('twice', 'reboot', { tmuxId: '$4', lastSeenAt: '2026-11-20T11:00:00.000Z' }),
];

test.each<[string, readonly string[], readonly string[]]>([
  ['a name forgets its session', ['notes'], ['notes']],
  ['a conversation forgets the session that holds it', [id], ['work']],
  ['the beginning of one does, too', ['11111111'], ['work']],
  ['several are forgotten at once', ['work', 'notes'], ['work', 'notes']],
])('%s, and nothing else', async (_title, selectors, names) => {
  const scene = await recorded();
  expect(await parts().forgetSessions(scene.context, selectors)).toEqual({ kind: 'forgotten', names });
  for (const { name, cause } of entriesIn(scene))
    expect([name, cause === 'forgotten']).toEqual([name, names.includes(name)]);
  expect(entriesIn(scene)).toHaveLength(lost.length);
});

test('a session that is named twice, by its name and by its conversation, is forgotten once', async () => {
  const scene = await recorded();
  const forgotten = await parts().forgetSessions(scene.context, ['work', id]);
  expect(forgotten).toEqual({ kind: 'forgotten', names: ['work'] });
});

test.each<[string, readonly string[], string]>([
  ['a name that nothing has', ['unheard'], '"unheard" matches no session; see: tmux-persist show emo'],
  ['a name that two have', ['twice'], '"twice" means more than one: emo: twice, emo: twice'],
  [
    'a name of which one runs',
    ['here'],
    '"here" is running; to keep it out of the record: tmux set -t NAME @persist off',
  ],
])('%s is refused, and what is named beside it stays', async (_title, [selector = ''], problem) => {
  const scene = await recorded();
  expect(await parts().forgetSessions(scene.context, ['work', selector])).toEqual({
    kind: 'refused',
    problems: [problem],
  });
  expect(entriesIn(scene).map(({ cause }) => cause)).not.toContain('forgotten');
});

test('a user of whom nothing is recorded has nothing to forget', async () => {
  const scene = reconcileScene();
  expect(await parts().forgetSessions(scene.context, ['work'])).toEqual({
    kind: 'refused',
    problems: ['"work" matches no session; see: tmux-persist show emo'],
  });
});

test('nothing is forgotten while another run holds the lock of the user, and that is said', async () => {
  const scene = await recorded();
  const held = await lockFile(lockPath(scene.context.stateDirectory, 'emo'), {
    waitSeconds: 1,
    signal: scene.context.signal,
  });
  if (held.kind !== 'held') throw new Error(held.kind);
  const forgotten = await parts().forgetSessions({ ...scene.context, lockTimeoutMs: 50 }, ['work']);
  held.release();
  expect(forgotten).toEqual({ kind: 'locked', reason: 'another run held the lock for longer than 0.05 s' });
  expect(entriesIn(scene).map(({ cause }) => cause)).not.toContain('forgotten');
});

/** A record of what was lost, and a server that runs one session, `here`. */
async function recorded(): Promise<ReconcileScene> {
  const scene = reconcileScene();
  const tmux = await standInTmux({ directory: scene.directory, runs: true });
  tmux.sessions.add('here', {});
  scene.stored(lost, 0);
  const saved = await parts().saveUsers(scene.context);
  expect(saved.results).toMatchObject([{ result: 'saved', live: 1, gone: lost.length }]);
  return scene;
}

function entriesIn({ context: { stateDirectory } }: ReconcileScene): readonly SessionEntry[] {
  const sessions = readNewestValid(stateDirectory, 'emo').newest?.manifest.sessions ?? [];
  return sessions.filter(({ state }) => state === 'gone');
}
