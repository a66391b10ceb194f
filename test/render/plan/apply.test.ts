import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/core/plan/action.ts';
import type { Outcome } from '../../../src/core/plan/outcome.ts';
import { nothingSelected } from '../../../src/core/plan/selection.ts';
import { applyDocument, renderApplyText } from '../../../src/render/plan/apply.ts';
import { sampleLive } from '../../state/sample-manifest.ts';
import {
  conflictEntries,
  designEntries,
  observedFrom,
  sampleApplied,
  samplePlan,
  samplePlannedUser,
} from './sample-plan.ts';

const options = { color: false, verbose: false };
const live = [
  sampleLive({ name: 'a' }),
  sampleLive({ name: 'b', tmuxId: '$2' }),
  sampleLive({ name: 'c', tmuxId: '$3' }),
];
const designPlan = samplePlan(
  samplePlannedUser('emo', designEntries),
  samplePlannedUser('wizard', live, { observation: observedFrom(live) }),
);
const conflictPlan = samplePlan(
  samplePlannedUser('emo', conflictEntries, { observation: observedFrom(conflictEntries.slice(0, 1)) }),
);
const besidePlan = samplePlan(
  samplePlannedUser('emo', conflictEntries, {
    observation: observedFrom(conflictEntries.slice(0, 1)),
    selection: { ...nothingSelected, besideConflicts: true },
  }),
);

function created(action: Action): Outcome | undefined {
  return 'as' in action ? { kind: 'created', as: action.as, notes: [] } : undefined;
}

describe('the text of an apply', () => {
  test('says what was created, and counts the rest', () => {
    expect(renderApplyText(sampleApplied(designPlan, created), options)).toBe(
      [
        'emo: created R730-cooling in ~/code/infra, claude 3f36c85e',
        'emo: created notes in ~/code, shell',
        'Applied: 2 created, 0 failed; 1 held, 3 live.',
        '',
      ].join('\n'),
    );
  });

  test('gives the words of tmux for what failed', () => {
    const applied = sampleApplied(designPlan, (action) =>
      action.candidate.session.name === 'notes'
        ? { kind: 'failed', message: 'create window failed: fork failed: Resource temporarily unavailable' }
        : created(action),
    );
    const text = renderApplyText(applied, options);
    expect(text).toContain('emo: failed notes: create window failed: fork failed: Resource temporarily unavailable\n');
    expect(text).toContain('Applied: 1 created, 1 failed; 1 held, 3 live.\n');
  });

  test('says what is not as it was', () => {
    const applied = sampleApplied(designPlan, (action) =>
      action.action === 'create'
        ? { kind: 'created', as: action.as, notes: ['/home/emo/code is missing: started in /home/emo'] }
        : undefined,
    );
    expect(renderApplyText(applied, options)).toContain(
      'emo: created notes in ~/code, shell; /home/emo/code is missing: started in /home/emo\n',
    );
  });

  test('says which session was created beside its namesake', () => {
    expect(renderApplyText(sampleApplied(besidePlan, created), options)).toBe(
      'emo: created notes-1359 (was notes) in ~/code, claude 3f36c85e\nApplied: 1 created, 0 failed; 0 held, 1 live.\n',
    );
  });

  test('says what was left in conflict, with the command', () => {
    expect(
      renderApplyText(
        sampleApplied(conflictPlan, () => undefined),
        options,
      ),
    ).toBe(
      [
        'emo: left notes: its name is live without its conversation: tmux-persist apply emo --session notes',
        'Applied: 0 created, 0 failed, 1 in conflict; 0 held, 1 live.',
        '',
      ].join('\n'),
    );
  });

  test('says that a pending action without outcome was not reached', () => {
    expect(
      renderApplyText(
        sampleApplied(designPlan, () => undefined),
        options,
      ),
    ).toBe(
      [
        'emo: deferred R730-cooling: the run ended before its turn',
        'emo: deferred notes: the run ended before its turn',
        'Applied: 0 created, 0 failed, 2 deferred; 1 held, 3 live; incomplete: plan offers again what was deferred.',
        '',
      ].join('\n'),
    );
  });

  test('says that somebody was quicker', () => {
    const text = renderApplyText(
      sampleApplied(designPlan, (action) => (action.action === 'create' ? { kind: 'already-live' } : undefined)),
      options,
    );
    expect(text).toContain('emo: already live notes\n');
    expect(text).toContain('Applied: 0 created, 0 failed; 1 held, 5 live.\n');
  });

  test('names the user who could not be observed', () => {
    const plan = samplePlan(samplePlannedUser('hung', [], { observation: { kind: 'unknown', reason: 'no answer' } }));
    expect(renderApplyText(sampleApplied(plan, created), options)).toBe(
      'hung: nothing done: no answer\nApplied: 0 created, 0 failed; 0 held, 0 live; incomplete: 1 user could not be observed.\n',
    );
  });

  test('adds what is held and live when it is verbose', () => {
    const text = renderApplyText(sampleApplied(designPlan, created), { ...options, verbose: true });
    expect(text).toContain('emo: held scratch: it was closed; it comes back when it is named\n');
    expect(text).toContain('wizard: already live a\n');
  });

  test('is coloured only when that is wanted, with the same text', () => {
    const applied = sampleApplied(designPlan, created);
    const coloured = renderApplyText(applied, { ...options, color: true });
    expect(coloured).toContain('emo: \x1b[32mcreated\x1b[39m notes');
    expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(renderApplyText(applied, options));
  });
});

describe('the JSON of an apply', () => {
  test('gives one outcome per action', () => {
    const applied = sampleApplied(designPlan, (action) => {
      if (action.action !== 'create') return undefined;
      return action.as === 'notes'
        ? { kind: 'failed', message: 'no space for new pane' }
        : { kind: 'created', as: action.as, notes: ['one', 'two'] };
    });
    const document = applyDocument(applied, 'apply');
    const lines = document.users.flatMap(({ user, actions }) =>
      actions.map(({ session, outcome, message }) => [user, session, outcome, message]),
    );
    expect(lines).toEqual([
      ['emo', 'R730-cooling', 'created', 'one; two'],
      ['emo', 'notes', 'failed', 'no space for new pane'],
      ['emo', 'scratch', null, null],
      ['wizard', 'a', 'already-live', null],
      ['wizard', 'b', 'already-live', null],
      ['wizard', 'c', 'already-live', null],
    ]);
    expect(document).toMatchObject({
      formatVersion: 1,
      kind: 'apply',
      summary: { created: 1, alreadyLive: 3, failed: 1, deferred: 0, hold: 1, conflict: 0 },
      complete: true,
    });
  });

  test('gives the name that a session got, and the kind it was called as', () => {
    const applied = sampleApplied(besidePlan, (action) =>
      action.action === 'conflict' ? { kind: 'created', as: 'notes-1359-2', notes: [] } : undefined,
    );
    const document = applyDocument(applied, 'restore');
    expect(document.kind).toBe('restore');
    expect(document.users[0]?.actions.map(({ session, as, outcome }) => [session, as, outcome])).toEqual([
      ['notes', 'notes', 'already-live'],
      ['notes', 'notes-1359-2', 'created'],
    ]);
  });

  test('counts a conflict that was left alone', () => {
    const { summary, users } = applyDocument(
      sampleApplied(conflictPlan, () => undefined),
      'apply',
    );
    expect(summary).toMatchObject({ created: 0, deferred: 0, conflict: 1, alreadyLive: 1 });
    expect(users[0]?.actions.map(({ outcome }) => outcome)).toEqual(['already-live', null]);
  });
});
