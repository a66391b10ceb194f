import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { candidatesOf } from '../../../src/core/plan/candidate.ts';
import { panesOf } from '../../../src/core/manifest.ts';
import { nothingSelected } from '../../../src/core/plan/selection.ts';
import { applyDocument, renderApplyText } from '../../../src/render/plan/apply.ts';
import { planDocument } from '../../../src/render/plan/plan-json.ts';
import { renderPlanText } from '../../../src/render/plan/plan-text.ts';
import { claude, conversationIds, sampleLive, sampleManifest, sampleWindows } from '../../state/sample-manifest.ts';
import { observedFrom, sampleApplied, samplePlan, samplePlannedUser } from './sample-plan.ts';

const options = { color: false, verbose: false, held: true, utcOffsetMinutes: () => 0 };
const [id, otherId] = conversationIds;
const ended = claude(id, { at: '2026-11-20T13:20:00.000Z', killed: false });
const entry = sampleLive({ windows: sampleWindows({ conversation: ended }) });
const offered = planFor({});
const asked = planFor({
  candidates: candidatesOf(sampleManifest([entry])).map((one) => ({ ...one, selected: true })),
  selection: { ...nothingSelected, sessions: ['notes'] },
});
const schema: object = JSON.parse(readFileSync(new URL('../../../schemas/plan.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const isPlan = ajv.compile(schema);

describe('a conversation that has ended in a live session', () => {
  test('is offered by the text of a plan, with the command', () => {
    expect(renderPlanText(offered, options)).toContain(
      '  = notes   ~/code   claude 3f36c85e   ended 13:20\n' +
        '      tmux-persist apply emo --session 3f36c85e\nPlan: nothing to do.\n',
    );
  });

  test('is named in full beside another one that runs', () => {
    const windows = sampleWindows({ conversation: claude(otherId) }, { conversation: ended, tmuxId: '%2' });
    const both = sampleLive({ windows });
    const plan = samplePlan(samplePlannedUser('emo', [both], { observation: observedFrom([both]) }));
    expect(renderPlanText(plan, options)).toContain(
      '  = notes   ~/code   claude a1b2c3d4   claude 3f36c85e ended 13:20\n      tmux-persist apply',
    );
  });

  test('is to be resumed once it was asked for', () => {
    expect(renderPlanText(asked, options)).toContain(
      '  > notes   ~/code   claude 3f36c85e   ended 13:20   in its pane\nPlan: 1 to resume (>).\n',
    );
  });

  test('is told apart where it was tried, and did not start', () => {
    const failed = claude(id, { at: '2026-11-20T13:20:00.000Z', killed: false, failedToStart: true });
    const tried = sampleLive({ windows: sampleWindows({ conversation: failed }) });
    const plan = samplePlan(samplePlannedUser('emo', [tried], { observation: observedFrom([tried]) }));
    expect(renderPlanText(plan, options)).toContain(
      '  = notes   ~/code   claude 3f36c85e   could not be started 13:20\n      tmux-persist apply emo --session 3f36c85e\n',
    );
  });

  test('whose pane has gone is to be resumed in a window of its own', () => {
    const [pane] = panesOf(entry);
    const gone = sampleLive({ gonePanes: pane === undefined ? [] : [{ ...pane, windowName: null }] });
    const candidates = candidatesOf(sampleManifest([gone])).map((one) => ({ ...one, selected: true }));
    const selection = { ...nothingSelected, sessions: ['notes'] };
    const facts = { observation: observedFrom([gone]), candidates, selection };
    expect(renderPlanText(samplePlan(samplePlannedUser('emo', [gone], facts)), options)).toContain(
      '  > notes   ~/code   claude 3f36c85e   ended 13:20   in a window of its own\n',
    );
  });

  test('is told by the JSON, as the schema has it', () => {
    for (const [plan, action, command] of [
      [offered, 'live', 'tmux-persist apply emo --session 3f36c85e'],
      [asked, 'resume', null],
    ] as const) {
      const document = planDocument(plan);
      const isValid = isPlan(JSON.parse(JSON.stringify(document)));
      expect(isValid ? '' : ajv.errorsText(isPlan.errors)).toBe('');
      expect(document.users[0]?.actions).toMatchObject([
        { action, as: 'notes', command, pending: action === 'resume', conversation: { agent: 'claude', id } },
      ]);
      expect(document).toMatchObject({ pending: action === 'resume', summary: { [action]: 1 } });
    }
  });
});

describe('a conversation that was resumed', () => {
  const applied = sampleApplied(asked, () => ({ kind: 'resumed', notes: ['its shell is in window 1 now'] }));

  test('is told by the text of an apply', () => {
    expect(renderApplyText(applied, options)).toBe(
      'emo: resumed notes in ~/code, claude 3f36c85e; its shell is in window 1 now\n' +
        'Applied: 0 created, 1 resumed, 0 failed; 0 held, 0 live.\n',
    );
  });

  test('is told by the JSON of an apply', () => {
    const document = applyDocument(applied, 'apply');
    expect(document.summary).toMatchObject({ created: 0, resumed: 1, alreadyLive: 0 });
    expect(document.users[0]?.actions).toMatchObject([
      { outcome: 'resumed', message: 'its shell is in window 1 now', as: 'notes' },
    ]);
  });
});

function planFor(facts: Parameters<typeof samplePlannedUser>[2]) {
  return samplePlan(samplePlannedUser('emo', [entry], { observation: observedFrom([entry]), ...facts }));
}
