import type { Diagnostic } from '../../core/diagnostic.ts';
import { keepGoodRoster } from '../../state/last-good-roster.ts';
import { StateWriteError } from '../../system/errors.ts';
import type { Context } from '../context.ts';

/** Keeps the roster of this run, for saves after a mistake in its file. It never fails a run, but returns a warning. */
export function keepRoster({ stateDirectory, goodRoster }: Context): readonly Diagnostic[] {
  if (goodRoster === null) return [];
  try {
    keepGoodRoster(stateDirectory, goodRoster);
    return [];
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
    return [{ severity: 'warning', code: 'roster-not-kept', user: null, message: error.message }];
  }
}
