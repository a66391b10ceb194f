import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/core/plan/action.ts';
import { changesBetween, eventsOf } from '../../src/core/record/history.ts';
import type { SessionEntry } from '../../src/core/manifest.ts';
import type { Plan, PlannedUser } from '../../src/core/plan/plan.ts';
import { nothingSelected } from '../../src/core/plan/selection.ts';
import { isPrintable } from '../../src/core/text.ts';
import { renderApplyText } from '../../src/render/plan/apply.ts';
import { renderDiagnosticsText, renderDoctorText } from '../../src/render/diagnostics.ts';
import { renderHistoryText } from '../../src/render/records/history.ts';
import { applyJournal, journalText, saveJournal } from '../../src/render/watch/journal.ts';
import { renderManifestText } from '../../src/render/records/manifest.ts';
import { renderPlanText } from '../../src/render/plan/plan-text.ts';
import { renderSaveText } from '../../src/render/records/save.ts';
import { renderSnapshotsText } from '../../src/render/records/snapshots.ts';
import { renderStatusText } from '../../src/render/status/status.ts';
import {
  claude,
  conversationIds,
  sampleGone,
  sampleLive,
  sampleManifest,
  sampleWindows,
} from '../state/sample-manifest.ts';
import { observedFrom, sampleApplied, samplePlan, samplePlannedUser } from './plan/sample-plan.ts';
import { sampleUserStatus, sampleWatch } from './status/sample-status.ts';
import type { WatchStatus } from '../../src/core/report/watch-status.ts';

const options = { color: true, verbose: true, held: true, utcOffsetMinutes: () => 0, home: '/home/emo' };
const now = '2026-11-20T14:05:00.000Z';

const hostileText = fc.oneof(
  fc.constantFrom('\x1b[2J\x1b]0;title\x07', '\u202etxt.exe', 'a\nb\r\n', '\u200b', '\ud83d', '🚀👩‍👩‍👧', 'n'.repeat(250)),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
);

/** A lost session, a live one of the same name, and one that was closed, all of this text. */
function entriesOf(text: string): readonly SessionEntry[] {
  const windows = sampleWindows(
    { cwd: `/home/emo/${text}`, conversation: { agent: text, id: text, ended: null } },
    { cwd: text, conversation: { agent: text, id: `${text}2`, ended: { at: text, killed: true } } },
  ).map((window) => ({ ...window, name: text }));
  return [
    sampleLive({ name: text, sharesWindowsOf: text }),
    sampleGone({ name: text, windows, goneAt: text, lastSeenAt: text }),
    sampleGone({ name: `${text}-`, windows: sampleWindows({ cwd: text }), cause: 'closed' }),
    sampleGone({ name: `-${text}`, goneAt: text }),
  ];
}

function plansOf(text: string): readonly Plan[] {
  const entries = entriesOf(text);
  const observation = observedFrom(entries.slice(0, 1));
  const user = samplePlannedUser(text, entries, { observation, snapshot: text, clockDigits: () => text });
  return [
    samplePlan(user),
    samplePlan({ ...user, selection: { ...nothingSelected, besideConflicts: true } }),
    samplePlan({ ...user, observation: { kind: 'absent', socket: 'stale' } }),
    samplePlan({ ...user, observation: { kind: 'unknown', reason: text } }),
    samplePlan({ ...user, hasAccount: false, home: null }),
    samplePlan(heldElsewhere(text)),
    inOtherWords(samplePlan(user), text),
    inOtherWords(samplePlan({ ...user, observation: { kind: 'absent', socket: 'stale' } }), text),
    samplePlan({ ...user, candidates: user.candidates.map((one) => ({ ...one, cause: null, snapshot: text })) }),
  ];
}

/** A plan whose reasons and new names are this text too, as a later planner might word them. */
function inOtherWords(plan: Plan, text: string): Plan {
  const reword = (action: Action): Action =>
    'as' in action ? { ...action, as: text, reason: text } : { ...action, reason: text };
  return { ...plan, users: plan.users.map((user) => ({ ...user, actions: user.actions.map(reword) })) };
}

/** A lost session whose conversation is live in another one. */
function heldElsewhere(text: string): PlannedUser {
  const windows = sampleWindows({ conversation: claude(conversationIds[0]) });
  const live = sampleLive({ name: text, windows });
  const observation = observedFrom([live]);
  return samplePlannedUser('emo', [live, sampleGone({ name: `${text}-lost`, windows })], { observation });
}

const renderers: Readonly<Record<string, (text: string) => readonly string[]>> = {
  plan: (text) =>
    plansOf(text).flatMap((plan) => [
      renderPlanText(plan, options),
      renderPlanText(plan, { ...options, verbose: false }),
      renderPlanText(plan, { ...options, verbose: false, held: false }),
    ]),
  apply: (text) =>
    plansOf(text).flatMap((plan) => [
      renderApplyText(
        sampleApplied(plan, () => undefined),
        options,
      ),
      renderApplyText(
        sampleApplied(plan, () => ({ kind: 'failed', message: text })),
        options,
      ),
      renderApplyText(
        sampleApplied(plan, () => ({ kind: 'created', as: text, notes: [text] })),
        options,
      ),
    ]),
  save: (text) =>
    (['saved', 'unchanged', 'unknown', 'failed', 'busy', 'no-account'] as const).map((result) =>
      renderSaveText([{ user: text, result, reason: text, snapshot: text, live: 1, gone: 1, changes: [] }], options),
    ),
  journal: (text) => {
    const [live, lost] = entriesOf(text);
    const records = [live, lost, live].map((one) => sampleManifest(one === undefined ? [] : [one]));
    const changes = records.flatMap((record, at) => changesBetween(records[at - 1] ?? null, record));
    const saved = { user: text, result: 'saved', reason: null, snapshot: text, live: 1, gone: 1, changes } as const;
    const diagnostic = { severity: 'error', code: text, user: text, message: text } as const;
    return [
      journalText(saveJournal([saved, { ...saved, result: 'failed', reason: text }], [diagnostic])),
      ...plansOf(text).map((plan) =>
        journalText(applyJournal(sampleApplied(plan, () => ({ kind: 'created', as: text, notes: [text] })))),
      ),
    ];
  },
  show: (text) => [
    renderManifestText({ id: text, manifest: { ...sampleManifest(entriesOf(text)), user: text, host: text } }, options),
  ],
  history: (text) => {
    const [live, lost] = entriesOf(text);
    const renamed = sampleLive({ name: `${text}2`, windows: sampleWindows({ cwd: text }) });
    const records = [live, renamed, lost, live].map((one) => sampleManifest(one === undefined ? [] : [one]));
    const events = records.flatMap((manifest, at) => eventsOf({ id: text, manifest, before: records[at - 1] ?? null }));
    return [renderHistoryText([{ user: text, home: '/home/emo', events }], { ...options, columns: 80 })];
  },
  snapshots: (text) => [
    renderSnapshotsText(text, [], options),
    renderSnapshotsText(
      text,
      [
        {
          kind: 'valid',
          id: text,
          takenAt: text,
          live: 1,
          gone: 0,
          changed: { appeared: 1, back: 0, gone: 1, other: 0 },
        },
        { kind: 'damaged', id: text, reason: text },
      ],
      options,
    ),
  ],
  status: (text) => {
    const user = sampleUserStatus(text, {
      observation: { kind: 'unknown', reason: text },
      sessions: { live: 0, pending: 1, held: 0, conflict: 1 },
      lastGood: { time: text, snapshot: text },
      lastResult: { result: 'failed', reason: text },
    });
    const held = [{ name: text, socket: text, why: 'memory', until: null }] as const;
    const healing = { kind: 'known', lastHealAt: text, held } as const;
    const facts = {
      host: text,
      createdAt: now,
      givenOptions: [],
      recordsKeeper: 'invoker' as const,
      units: null,
      diagnostics: [],
    };
    const unknown: WatchStatus = { kind: 'unknown', reason: text, isInstalled: true, command: text };
    return [sampleWatch, unknown, { ...unknown, kind: 'never' } as const].map((watch) =>
      renderStatusText({ ...facts, users: [user, { ...user, healing }], watch }, options),
    );
  },
  doctor: (text) => [
    renderDoctorText([{ severity: 'error', subject: text, message: text, mend: text }], { ...options, columns: 80 }),
  ],
  diagnostics: (text) => [
    renderDiagnosticsText([{ severity: 'error', code: text, user: text, message: text }], options),
  ],
};

describe('what users choose cannot act on a terminal', () => {
  test.each(Object.keys(renderers))('in the text of %s', (name) => {
    const render = renderers[name];
    if (render === undefined) throw new Error(`no renderer ${name}`);
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const rendered of render(text)) {
          const withoutOwnColours = rendered.replaceAll(/\x1b\[(?:1|2|22|31|32|33|39)m/g, '').replaceAll('\n', '');
          expect(isPrintable(withoutOwnColours)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('nor add a line', () => {
    const lineCounts = ['plain', 'a\nb', 'a\r\n\u2028b'].map((text) =>
      plansOf(text).map((plan) => renderPlanText(plan, { ...options, color: false }).split('\n').length),
    );
    expect(lineCounts[1]).toEqual(lineCounts[0]);
    expect(lineCounts[2]).toEqual(lineCounts[0]);
  });
});
