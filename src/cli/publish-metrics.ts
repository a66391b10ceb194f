import type { Diagnostic } from '../core/diagnostic.ts';
import { writeMetricsFile } from '../manifest/metrics-file.ts';
import { collectMetrics } from '../reconcile/collect-metrics.ts';
import type { Context } from '../reconcile/context.ts';
import { renderMetricsText } from '../render/metrics-text.ts';
import { StateWriteError } from '../system/state-error.ts';
import { version } from './version.ts';

/**
 * Writes what a monitoring system is told, after a run that recorded something. Never makes a run fail: returns a warning.
 *
 * Runs for other users may write at the same time. Whoever is last has to have read everything, so each looks once more after
 * writing, and writes again where something was new.
 */
export function publishMetrics(context: Context): readonly Diagnostic[] {
  try {
    let text = currentText(context);
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      writeMetricsFile(context.stateDirectory, text);
      const after = currentText(context);
      if (after === text) break;
      text = after;
    }
    return [];
  } catch (error) {
    if (!(error instanceof StateWriteError)) throw error;
    return [{ severity: 'warning', code: 'metrics-not-written', user: null, message: error.message }];
  }
}

/** In a storm of runs the last one is right; none of them has to wait for its end. */
const maxAttempts = 5;

function currentText(context: Context): string {
  return renderMetricsText({ version, users: collectMetrics(context) });
}
