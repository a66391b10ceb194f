import type { Diagnostic } from '../../core/diagnostic.ts';
import { isUpToDate, type SaveResult } from '../../core/plan/outcome.ts';
import type { Saved } from '../record/save-users.ts';

/** What of a save the watch has not told yet. */
export type NewsOfSaves = (saved: Told, nowMs: number) => Told;

type Told = Pick<Saved, 'results' | 'diagnostics'>;

/**
 * The watch saves a user whenever something changes. So it tells a trouble once, and again only when it was over or is
 * another one. Users can cause new troubles without end: why a user is not saved is told once a minute at most.
 */
export function newsOfSaves(): NewsOfSaves {
  const failures = new Map<string, Failure>();
  const known = new Map<string, ReadonlySet<string>>();

  const isNews = (result: SaveResult, nowMs: number): boolean => {
    const { user, reason } = result;
    const last = failures.get(user);
    if (isUpToDate(result)) {
      if (last !== undefined) failures.set(user, { ...last, words: null });
      return true;
    }
    const words = `${result.result} ${reason}`;
    if (last !== undefined && (last.words === words || nowMs - last.toldAtMs < failureEveryMs)) return false;
    failures.set(user, { words, toldAtMs: nowMs });
    return true;
  };

  return ({ results, diagnostics }, nowMs) => {
    const news = {
      results: results.filter((result) => isNews(result, nowMs)),
      diagnostics: diagnostics.filter((one) => known.get(one.user ?? nobody)?.has(textOf(one)) !== true),
    };
    // A save tells everything of its own users and of the roster, and of other users only some.
    for (const user of [nobody, ...results.map((one) => one.user)]) known.delete(user);
    for (const one of diagnostics) {
      const user = one.user ?? nobody;
      known.set(user, new Set([...(known.get(user) ?? []), textOf(one)]));
    }
    return news;
  };
}

interface Failure {
  /** What was told last; null when it is over. */
  readonly words: string | null;
  readonly toldAtMs: number;
}

const failureEveryMs = 60_000;

/** No account has this name. */
const nobody = '';

function textOf({ severity, code, message }: Diagnostic): string {
  return JSON.stringify([severity, code, message]);
}
