import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SessionEntry } from '../../../src/core/manifest.ts';
import { nothingSelected, type Selection } from '../../../src/core/plan/selection.ts';
import { selectCandidates } from '../../../src/reconcile/apply/select-candidates.ts';
import { snapshotPath } from '../../../src/state/state-paths.ts';
import { claude, clock, gone, live, manifest } from '../../support/builders.ts';
import { assessment, reconcileScene, type ReconcileScene } from '../../support/reconcile-scene.ts';

const one = '11111111-1111-4000-8000-000000000001';
const two = '22222222-2222-4000-8000-000000000002';

describe('two conversations of one session', () => {
  const ended = { at: clock(0), killed: false };
  const holding = [claude(one, ended), claude(two, ended)];

  test.each<[string, readonly string[], readonly string[]]>([
    ['are both asked for by their ids', [one, two], ['ai 11111111 22222222']],
    ['are asked for as a whole by the name, whichever comes first', ['ai', two], ['ai']],
    ['are asked for as a whole by the name behind an id', [two, 'ai'], ['ai']],
  ])('%s, where it lives', (_title, sessions, chosen) => {
    expect(chosenIn(select(reconcileScene(), [live('ai', { holding })], { sessions }))).toEqual(chosen);
  });

  test('are both asked for by their ids where it is lost, and get a window where their pane went before it', () => {
    const [pane] = live('ai', { holding: [claude(two, ended)] }).windows.flatMap(({ panes }) => panes);
    if (pane === undefined) throw new Error('one pane wanted');
    const lost = gone('ai', 'closed', { holding: [claude(one, ended)], gonePanes: [{ ...pane, windowName: 'api' }] });
    const selected = select(reconcileScene(), [lost], { sessions: [two, one] });
    expect(chosenIn(selected)).toEqual(['ai 22222222 11111111']);
    expect(candidatesIn(selected)[0]?.session.windows.map(({ index, name }) => [index, name])).toEqual([
      [0, 'bash'],
      [1, 'api'],
    ]);
  });
});

describe('a selector', () => {
  const now = [
    gone('api', 'closed', { tmuxId: '$1', holding: [claude(one)] }),
    gone('api-server', 'server-died', { tmuxId: '$2', holding: [claude(two)] }),
    live('notes', { tmuxId: '$3' }),
    gone('notes', 'closed', { tmuxId: '$4' }),
  ];

  test.each<[string, readonly string[], readonly string[]]>([
    ['is an exact name, also where another name begins with it', ['api'], ['api']],
    ['is a conversation, which is then asked for itself', [two], ['api-server 22222222']],
    ['is the beginning of a conversation', ['22222222-22'], ['api-server 22222222']],
    ['means the lost one of two sessions of a name', ['notes'], ['notes']],
    ['means one session by its name and by its conversation', ['api', one], ['api 11111111']],
    ['means one session by its conversation and by its name', [one, 'api'], ['api 11111111']],
    ['given twice means one session', ['api', 'api'], ['api']],
    ['is one of several that mean sessions of their own', ['api', 'notes'], ['api', 'notes']],
    ['is not needed: then nothing is selected', [], []],
  ])('%s', (_title, sessions, chosen) => {
    const selected = select(reconcileScene(), now, { sessions });
    expect(chosenIn(selected)).toEqual(chosen);
    expect(candidatesIn(selected)).toHaveLength(now.length);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'that matches nothing is refused with the name that was probably meant',
      ['apo'],
      ['"apo" matches no session; did you mean "api"?'],
    ],
    [
      'that is like no name is refused with the way to find one',
      ['zzzzzz'],
      ['"zzzzzz" matches no session; see: tmux-persist plan'],
    ],
    ['beside a good one is refused with every other bad one', ['api', 'x1', 'x2'], ['"x1" matches', '"x2" matches']],
    ['of seven letters is no beginning of a conversation', ['2222222'], ['"2222222" matches no session']],
  ])('%s', (_title, sessions, words) => {
    const problems = problemsIn(select(reconcileScene(), now, { sessions }));
    expect(problems).toEqual(words.map((given) => expect.stringContaining(`--session ${given}`)));
  });

  test('that two lost sessions of a name answer to is refused with the conversations of both', () => {
    const entries = [
      gone('ai', 'server-died', { tmuxId: '$1', holding: [claude(one)] }),
      gone('ai', 'closed', { tmuxId: '$2', holding: [claude(two)] }),
    ];
    const scene = reconcileScene();
    const [problem] = problemsIn(select(scene, entries, { sessions: ['ai'] }));
    expect(problem).toBe(
      `--session "ai" means more than one: emo: ai (${one}), emo: ai (${two}); add --user, or give a conversation id`,
    );
    expect(chosenIn(select(scene, entries, { sessions: [one] }))).toEqual(['ai 11111111']);
  });

  test('that sessions of two users answer to is refused with both', () => {
    const scene = reconcileScene({ others: ['anca'] });
    const record = manifest([gone('work', 'closed')]);
    const assessments = scene.context.users.map((user) => assessment(user, null, record));
    const selected = selectCandidates(scene.context, assessments, { ...nothingSelected, sessions: ['work'] });
    expect(problemsIn(selected)).toEqual([
      '--session "work" means more than one: emo: work, anca: work; add --user, or give a conversation id',
    ]);
  });
});

describe('a session that the record has forgotten', () => {
  test('is taken from the newest snapshot that holds it', () => {
    const scene = reconcileScene();
    scene.stored([live('old', { path: '/first' })], 1);
    const newer = scene.stored([live('old', { path: '/second' })], 2);
    scene.stored([live('other')], 3);
    const selected = select(scene, [live('other')], { sessions: ['old'] });
    expect(chosenIn(selected)).toEqual(['old']);
    expect(candidatesIn(selected)).toMatchObject([
      { state: 'live', snapshot: null },
      { state: 'gone', cause: null, snapshot: newer, session: { path: '/second' } },
    ]);
  });

  test('comes back once when it is named, and named by its conversation', () => {
    const scene = reconcileScene();
    scene.stored([live('old', { holding: [claude(one)] })], 1);
    scene.stored([live('other')], 2);
    const selected = select(scene, [live('other')], { sessions: ['old', one] });
    expect(chosenIn(selected)).toEqual(['old 11111111']);
    expect(candidatesIn(selected)).toHaveLength(2);
  });

  test('is found behind a damaged snapshot', () => {
    const scene = reconcileScene();
    scene.stored([live('old')], 1);
    const damaged = scene.stored([live('old'), live('other')], 2);
    writeFileSync(snapshotPath(scene.context.stateDirectory, 'emo', damaged), '{');
    expect(chosenIn(select(scene, [], { sessions: ['old'] }))).toEqual(['old']);
  });

  test('is not looked for where the record knows the name', () => {
    const scene = reconcileScene();
    scene.stored([live('work', { path: '/then' })], 1);
    const selected = select(scene, [gone('work', 'closed', { path: '/now' })], { sessions: ['work'] });
    expect(candidatesIn(selected)).toMatchObject([{ snapshot: null, session: { path: '/now' } }]);
  });
});

describe('--at', () => {
  test('offers what that snapshot held as live, with today’s cause where there is one', () => {
    const scene = reconcileScene();
    const id = scene.stored([live('a'), live('b'), gone('c', 'closed')], 1);
    const now = [live('a'), gone('b', 'server-stopped', { goneAt: clock(5) }), live('d')];
    expect(candidatesIn(select(scene, now, { at: id }))).toMatchObject([
      { session: { name: 'a' }, state: 'live', snapshot: id },
      { session: { name: 'b' }, state: 'gone', cause: 'server-stopped', snapshot: id },
    ]);
  });

  test('means with a name only what that snapshot held', () => {
    const scene = reconcileScene();
    scene.stored([live('older')], 1);
    const id = scene.stored([live('a')], 2);
    expect(problemsIn(select(scene, [], { at: id, sessions: ['older'] }))).toEqual([
      expect.stringContaining('"older" matches no session'),
    ]);
    expect(chosenIn(select(scene, [], { at: id, sessions: ['a'] }))).toEqual(['a']);
  });

  test('of a snapshot that is not there is refused with the way to find one', () => {
    const problems = problemsIn(select(reconcileScene(), [], { at: '20261120T000000' }));
    expect(problems).toEqual(['no snapshot "20261120T000000"; list them: tmux-persist snapshots emo']);
  });

  test('of a damaged snapshot is refused with what is wrong', () => {
    const scene = reconcileScene();
    const id = scene.stored([live('a')], 1);
    writeFileSync(snapshotPath(scene.context.stateDirectory, 'emo', id), '{');
    expect(problemsIn(select(scene, [], { at: id }))).toEqual([
      expect.stringContaining(`snapshot ${id} of emo is damaged: `),
    ]);
  });
});

type Selected = ReturnType<typeof selectCandidates>;

function select(scene: ReconcileScene, now: readonly SessionEntry[], asked: Partial<Selection>): Selected {
  const found = assessment(scene.emo, scene.account, manifest(now));
  return selectCandidates(scene.context, [found], { ...nothingSelected, ...asked });
}

function candidatesIn(selected: Selected) {
  if (selected.kind === 'refused') throw new Error(selected.problems.join('; '));
  return selected.byUser.get('emo') ?? [];
}

/** The selected ones, with the beginning of the conversation where that was asked for. */
function chosenIn(selected: Selected): readonly string[] {
  return candidatesIn(selected)
    .filter((candidate) => candidate.selected)
    .map(({ session, selectedConversations }) =>
      [session.name, ...selectedConversations.map((id) => id.slice(0, 8))].join(' '),
    );
}

function problemsIn(selected: Selected): readonly string[] {
  return selected.kind === 'refused' ? selected.problems : [];
}
