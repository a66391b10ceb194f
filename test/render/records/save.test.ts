import { describe, expect, test } from 'vitest';
import type { SaveResult } from '../../../src/core/plan/outcome.ts';
import { renderSaveText, saveDocument } from '../../../src/render/records/save.ts';

const snapshot = '20261120T135951';
const kept = { reason: null, snapshot, live: 5, gone: 0, changes: [] };
const results: readonly SaveResult[] = [
  { ...kept, user: 'emo', result: 'saved', gone: 1 },
  { ...kept, user: 'anca', result: 'unchanged' },
  { ...kept, user: 'hung', result: 'unknown', reason: 'tmux gave no answer in 5 s' },
  { ...kept, user: 'full', result: 'failed', reason: 'no space left on device' },
  { ...kept, user: 'busy', result: 'busy' },
  { ...kept, user: 'left', result: 'no-account' },
];

describe('the text of a save', () => {
  test('says what was recorded for each user, and why not', () => {
    expect(renderSaveText(results, { color: false })).toBe(
      [
        'emo: saved 20261120T135951, 5 live, 1 gone',
        'anca: unchanged, 5 live',
        'hung: not saved: tmux gave no answer in 5 s',
        'full: not saved: no space left on device',
        'busy: not saved: another run holds the lock',
        'left: not saved: no account on this host',
        '',
      ].join('\n'),
    );
  });

  test('is coloured only when that is wanted', () => {
    expect(renderSaveText(results.slice(0, 1), { color: true })).toBe(
      'emo: \x1b[32msaved 20261120T135951, 5 live, 1 gone\x1b[39m\n',
    );
  });
});

describe('the JSON of a save', () => {
  const report = { host: 'devvm', createdAt: '2026-11-20T14:05:00.000Z', diagnostics: [] };

  test('counts the results, and is incomplete when one failed', () => {
    expect(saveDocument({ ...report, results })).toEqual({
      formatVersion: 1,
      kind: 'save',
      ...report,
      users: results,
      summary: { saved: 1, unchanged: 1, unknown: 1, failed: 1, busy: 1, noAccount: 1 },
      complete: false,
    });
  });

  test('is complete when every record is up to date', () => {
    const upToDate = results.filter(({ result }) => ['saved', 'unchanged', 'no-account'].includes(result));
    expect(saveDocument({ ...report, results: upToDate }).complete).toBe(true);
  });

  test.each(['hung', 'full', 'busy'])('is incomplete because of %s alone', (user) => {
    expect(saveDocument({ ...report, results: results.filter((one) => one.user === user) }).complete).toBe(false);
  });
});
