import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/core/plan/action.ts';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import type { SessionChange } from '../../../src/core/record/history.ts';
import type { Outcome, SaveResult } from '../../../src/core/plan/outcome.ts';
import { noUnits } from '../../../src/core/units/units.ts';
import { applyJournal, journalText, saveJournal, userJournal } from '../../../src/render/watch/journal.ts';
import { claude, conversationIds } from '../../state/sample-manifest.ts';
import {
  conflictEntries,
  designEntries,
  observedFrom,
  sampleApplied,
  samplePlan,
  samplePlannedUser,
} from '../plan/sample-plan.ts';

const saved: SaveResult = {
  user: 'emo',
  result: 'saved',
  reason: null,
  snapshot: '20261120T135951',
  live: 2,
  gone: 1,
  changes: [],
};

describe('the journal of a save', () => {
  test('is one entry of the journal for each line, whatever a session is called: it would begin another after 48 KiB', () => {
    const session = `${'x'.repeat(48 * 1024)}<0>vic1: it was all deleted`;
    const changes: readonly SessionChange[] = [{ session, kind: 'appeared', cwd: '/', conversation: null }];
    const lines = journalText(saveJournal([{ ...saved, changes }], [])).split('\n');
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(32 * 1024);
  });

  test('has nothing to say of users of whom nothing changed', () => {
    const results: readonly SaveResult[] = [
      { ...saved, result: 'unchanged' },
      { ...saved, user: 'left', result: 'no-account' },
    ];
    expect(saveJournal(results, [])).toEqual([]);
  });

  test.each<[string, readonly SessionChange[], string]>([
    ['nothing that a session shows', [], '<6>emo: saved 20261120T135951, 2 live, 1 gone\n'],
    [
      'sessions that came and went',
      [
        { session: 'notes', kind: 'appeared', cwd: '/', conversation: null },
        { session: 'scratch', kind: 'gone', cause: 'closed', killer: null, lastSeenAt: '' },
        { session: 'work', kind: 'appeared', cwd: '/', conversation: null },
        { session: 'old', kind: 'back' },
      ],
      '<6>emo: saved 20261120T135951, 2 live, 1 gone: new notes, work; back old; gone scratch (closed)\n',
    ],
    [
      'a reboot, which is no trouble',
      [{ session: 'notes', kind: 'gone', cause: 'reboot', killer: null, lastSeenAt: '' }],
      '<6>emo: saved 20261120T135951, 2 live, 1 gone: gone notes (host rebooted)\n',
    ],
    [
      'a server that died',
      [
        { session: 'R730-cooling', kind: 'gone', cause: 'server-died', killer: null, lastSeenAt: '' },
        { session: 'notes', kind: 'gone', cause: 'server-died', killer: null, lastSeenAt: '' },
        { session: 'scratch', kind: 'gone', cause: 'closed', killer: null, lastSeenAt: '' },
      ],
      '<4>emo: saved 20261120T135951, 2 live, 1 gone: gone R730-cooling, notes (server died); gone scratch (closed)\n',
    ],
    [
      'a session that was killed',
      [{ session: 'notes', kind: 'gone', cause: 'killed', killer: null, lastSeenAt: '' }],
      '<4>emo: saved 20261120T135951, 2 live, 1 gone: gone notes (killed)\n',
    ],
    [
      'sessions that were killed by different hands',
      [
        { session: 'a', kind: 'gone', cause: 'killed', killer: { kind: 'daemon', name: 'earlyoom' }, lastSeenAt: '' },
        { session: 'b', kind: 'gone', cause: 'killed', killer: null, lastSeenAt: '' },
        { session: 'c', kind: 'gone', cause: 'killed', killer: { kind: 'daemon', name: 'earlyoom' }, lastSeenAt: '' },
      ],
      '<4>emo: saved 20261120T135951, 2 live, 1 gone: gone a, c (killed by earlyoom); gone b (killed)\n',
    ],
    [
      'a kill that is known only now',
      [{ session: 'a', kind: 'cause-corrected', from: 'closed', to: 'killed', killer: { kind: 'host' } }],
      '<4>emo: saved 20261120T135951, 2 live, 1 gone: a: cause corrected: killed by the kernel: the host had no memory, not closed\n',
    ],
    [
      'who killed what was known as killed',
      [{ session: 'a', kind: 'cause-corrected', from: 'killed', to: 'killed', killer: { kind: 'host' } }],
      '<6>emo: saved 20261120T135951, 2 live, 1 gone: a: as is known now: killed by the kernel: the host had no memory\n',
    ],
    [
      'a conversation that was killed',
      [
        {
          session: 'notes',
          kind: 'conversation-ended',
          conversation: claude(conversationIds[0]),
          killed: true,
          killer: null,
        },
      ],
      '<4>emo: saved 20261120T135951, 2 live, 1 gone: notes: claude 3f36c85e was killed\n',
    ],
    [
      'smaller things',
      [
        { session: 'b', kind: 'renamed', from: 'a' },
        { session: 'notes', kind: 'conversation-changed', from: null, to: claude(conversationIds[0]) },
      ],
      '<6>emo: saved 20261120T135951, 2 live, 1 gone: b: renamed, was a; notes: claude 3f36c85e started\n',
    ],
  ])('is one line for a user of whom it recorded %s', (_, changes, text) => {
    expect(journalText(saveJournal([{ ...saved, changes }], []))).toBe(text);
  });

  test('stays short where a lot has happened', () => {
    const changes = Array.from({ length: 20 }, (_, at): SessionChange => ({
      session: `s${at}`,
      kind: 'gone',
      cause: 'server-died',
      killer: null,
      lastSeenAt: '',
    }));
    expect(saveJournal([{ ...saved, changes }], [])).toEqual([
      {
        priority: 'warning',
        text: 'emo: saved 20261120T135951, 2 live, 1 gone: gone s0, s1, s2, s3, s4, s5, s6, and 13 more (server died)',
      },
    ]);
  });

  test('says once why a user was not saved: an error, or a warning where another run does it', () => {
    const results: readonly SaveResult[] = [
      { ...saved, user: 'hung', result: 'unknown', reason: 'tmux did not answer within 5 s' },
      { ...saved, user: 'full', result: 'failed', reason: 'no space left on device' },
      { ...saved, user: 'busy', result: 'busy', reason: 'another run held the lock for longer than 30 s' },
    ];
    const diagnostics: readonly Diagnostic[] = [
      { severity: 'error', code: 'unknown', user: 'hung', message: 'tmux is unknown: tmux did not answer within 5 s' },
      { severity: 'warning', code: 'snapshot-damaged', user: 'emo', message: 'snapshot S is passed over' },
      { severity: 'warning', code: 'metrics-not-written', user: null, message: 'cannot write M' },
    ];
    expect(journalText(saveJournal(results, diagnostics))).toBe(
      [
        '<3>hung: not saved: tmux did not answer within 5 s',
        '<3>full: not saved: no space left on device',
        '<4>busy: not saved: another run held the lock for longer than 30 s',
        '<4>emo: snapshot S is passed over',
        '<4>cannot write M',
        '',
      ].join('\n'),
    );
  });
});

describe('the journal of an apply', () => {
  const plan = samplePlan(samplePlannedUser('emo', designEntries));

  test('is one line for all that came back to a user, and the sum', () => {
    expect(journalText(applyJournal(sampleApplied(plan, created)))).toBe(
      '<6>emo: created R730-cooling, notes\n<6>Applied: 2 created, 0 failed; 1 held, 0 live.\n',
    );
  });

  test('leaves out the users of whom was told before', () => {
    const applied = sampleApplied(plan, created);
    const [user] = plan.users;
    expect(user === undefined ? [] : userJournal(user, applied)).toEqual([
      { priority: 'info', text: 'emo: created R730-cooling, notes' },
    ]);
    expect(journalText(applyJournal(applied, new Set(plan.users)))).toBe(
      '<6>Applied: 2 created, 0 failed; 1 held, 0 live.\n',
    );
  });

  test('says with its priority what failed, what waits, and what is not as it was', () => {
    const outcomes: Readonly<Record<string, Outcome>> = {
      'R730-cooling': { kind: 'created', as: 'R730-cooling', notes: ['~/code/infra is missing; it starts in ~/code'] },
      notes: { kind: 'failed', message: 'create session failed: no space for a new pane' },
    };
    const applied = sampleApplied(plan, (action) => outcomes[action.candidate.session.name]);
    expect(journalText(applyJournal(applied))).toBe(
      [
        '<6>emo: created R730-cooling',
        '<4>emo: created R730-cooling in ~/code/infra, claude 3f36c85e; ~/code/infra is missing; it starts in ~/code',
        '<3>emo: failed notes: create session failed: no space for a new pane',
        '<6>Applied: 1 created, 1 failed; 1 held, 0 live.',
        '',
      ].join('\n'),
    );
    const deferred = sampleApplied(plan, () => ({ kind: 'deferred', message: 'memory is short' }));
    expect(applyJournal(deferred)[0]).toEqual({
      priority: 'warning',
      text: 'emo: deferred R730-cooling: memory is short',
    });
  });

  test('says of a user who is unknown once that nothing was done, and why', () => {
    const reason = 'tmux did not answer within 5 s';
    const unknown = samplePlan(samplePlannedUser('emo', designEntries, { observation: { kind: 'unknown', reason } }));
    const diagnostics: readonly Diagnostic[] = [
      { severity: 'error', code: 'unknown', user: 'emo', message: `tmux is unknown: ${reason}` },
      { severity: 'error', code: 'locked', user: 'anca', message: 'another run held the lock for longer than 30 s' },
    ];
    expect(applyJournal(sampleApplied(unknown, () => undefined, { diagnostics })).slice(0, -1)).toEqual([
      { priority: 'error', text: `emo: nothing done: ${reason}` },
      { priority: 'error', text: 'anca: another run held the lock for longer than 30 s' },
    ]);
  });

  test('says of a user who could not be observed after acting what was done, too', () => {
    const message = 'could not be observed after acting: tmux did not answer within 5 s';
    const diagnostics: readonly Diagnostic[] = [{ severity: 'error', code: 'unknown', user: 'emo', message }];
    expect(applyJournal(sampleApplied(plan, created, { diagnostics }))).toMatchObject([
      { priority: 'info', text: 'emo: created R730-cooling, notes' },
      { priority: 'error', text: `emo: ${message}` },
      { priority: 'info' },
    ]);
  });

  test('notices a conflict that was left, with the command', () => {
    const conflict = samplePlan(
      samplePlannedUser('emo', conflictEntries, { observation: observedFrom(conflictEntries.slice(0, 1)) }),
    );
    const [line] = applyJournal(sampleApplied(conflict, () => undefined));
    expect(line).toMatchObject({
      priority: 'notice',
      text: expect.stringMatching(/^emo: left .*: tmux-persist apply/),
    });
  });

  test('tells of units what was done, and what failed', () => {
    const actions = ['enable', 'start'].map((action) => ({
      action: action === 'enable' ? ('enable' as const) : ('start' as const),
      unit: 'tmux-persist-save.timer',
      before: 'disabled',
      after: 'enabled',
      diff: null,
    }));
    const withUnits = { ...plan, users: [], units: { ...noUnits, actions } };
    const unitOutcomes = new Map(
      actions.map((action, at) => [
        action,
        at === 0 ? ({ kind: 'done' } as const) : ({ kind: 'failed', message: 'systemctl start: no' } as const),
      ]),
    );
    expect(journalText(applyJournal(sampleApplied(withUnits, () => undefined, { unitOutcomes })))).toBe(
      [
        '<6>host: enabled tmux-persist-save.timer: disabled → enabled',
        '<3>host: failed tmux-persist-save.timer: systemctl start: no',
        '<6>Applied: 0 created, 1 change to units, 1 failed; 0 held, 0 live.',
        '',
      ].join('\n'),
    );
  });
});

function created(action: Action): Outcome | undefined {
  return 'as' in action ? { kind: 'created', as: action.as, notes: [] } : undefined;
}
