import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import type { SaveResult } from '../../../src/core/plan/outcome.ts';
import { newsOfSaves } from '../../../src/reconcile/watch/news-of-saves.ts';

describe('why a user is not saved', () => {
  test('is told once as long as it is the same', () => {
    const news = newsOfSaves();
    expect(told(news, [unknown('emo', 'no answer')], 0)).toEqual(['emo no answer']);
    expect(told(news, [unknown('emo', 'no answer')], 300_000)).toEqual([]);
    expect(told(news, [unknown('anca', 'no answer')], 300_000)).toEqual(['anca no answer']);
  });

  test('is told again when it was over, or is another reason, but not within a minute', () => {
    const news = newsOfSaves();
    told(news, [unknown('emo', 'no answer')], 0);
    told(news, [saved('emo')], 1_000);
    expect(told(news, [unknown('emo', 'no answer')], 59_000)).toEqual([]);
    expect(told(news, [unknown('emo', 'no answer')], 60_000)).toEqual(['emo no answer']);
    expect(told(news, [unknown('emo', 'nonsense')], 61_000)).toEqual([]);
    expect(told(news, [unknown('emo', 'nonsense')], 120_000)).toEqual(['emo nonsense']);
  });

  test('hides no change that was recorded', () => {
    const news = newsOfSaves();
    told(news, [unknown('emo', 'no answer')], 0);
    expect(told(news, [saved('emo')], 1)).toEqual(['emo saved']);
    expect(told(news, [saved('emo')], 2)).toEqual(['emo saved']);
  });
});

describe('a warning', () => {
  test('about the roster is told once, whoever is saved', () => {
    const news = newsOfSaves();
    expect(warned(news, ['emo'], [warning(null, 'odd key')])).toEqual(['odd key']);
    expect(warned(news, ['anca'], [warning(null, 'odd key')])).toEqual([]);
  });

  test('about a user stays known while others are saved, and is told again when it was over', () => {
    const news = newsOfSaves();
    expect(warned(news, ['emo'], [warning('emo', 'damaged')])).toEqual(['damaged']);
    expect(warned(news, ['anca'], [])).toEqual([]);
    expect(warned(news, ['emo'], [warning('emo', 'damaged')])).toEqual([]);
    expect(warned(news, ['emo'], [])).toEqual([]);
    expect(warned(news, ['emo'], [warning('emo', 'damaged')])).toEqual(['damaged']);
  });
});

type News = ReturnType<typeof newsOfSaves>;

function told(news: News, results: readonly SaveResult[], nowMs: number): readonly string[] {
  return news({ results, diagnostics: [] }, nowMs).results.map(
    ({ user, reason, result }) => `${user} ${reason ?? result}`,
  );
}

function warned(news: News, users: readonly string[], diagnostics: readonly Diagnostic[]): readonly string[] {
  return news({ results: users.map(saved), diagnostics }, 0).diagnostics.map(({ message }) => message);
}

function saved(user: string): SaveResult {
  return { user, result: 'saved', reason: null, snapshot: null, live: 1, gone: 0, changes: [] };
}

function unknown(user: string, reason: string): SaveResult {
  return { ...saved(user), result: 'unknown', reason };
}

function warning(user: string | null, message: string): Diagnostic {
  return { severity: 'warning', code: 'some', user, message };
}
