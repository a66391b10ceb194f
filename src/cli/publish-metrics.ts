import type { Diagnostic } from '../core/diagnostic.ts';
import { writeMetricsFile } from '../manifest/metrics-file.ts';
import { collectMetrics } from '../reconcile/collect-metrics.ts';
import type { Context } from '../reconcile/context.ts';
import { renderMetricsText } from '../render/metrics-text.ts';
import { isReadError } from '../system/is-read-error.ts';
import { StateWriteError } from '../system/state-error.ts';
import { version } from './version.ts';

/**
 * Writes what a monitoring system is told, after a run that recorded something. Never makes a run fail: returns a warning. Figures
 * that cannot be read are not taken for none: then the old ones stay.
 *
 * Runs for other users may write at the same time, and whoever is last has to have read everything. So a run for some of the
 * users looks once more after writing; one for all of them had every lock until just before.
 */
export function publishMetrics(context: Context): readonly Diagnostic[] {
  const mayBeLate = context.users.length < context.roster.users.length;
  try {
    for (let attempt = 0, written = ''; attempt < maxAttempts; attempt += 1) {
      const text = renderMetricsText({ version, users: collectMetrics(context) });
      if (text === written) break;
      writeMetricsFile(context.stateDirectory, text);
      if (!mayBeLate) break;
      written = text;
    }
    return [];
  } catch (error) {
    if (!(error instanceof StateWriteError) && !isReadError(error)) throw error;
    return [{ severity: 'warning', code: 'metrics-not-written', user: null, message: error.message }];
  }
}

/** In a storm of runs the last one is right; none of them has to wait for its end. */
const maxAttempts = 5;
