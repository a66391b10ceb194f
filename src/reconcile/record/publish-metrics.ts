import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Metrics, UserMetrics } from '../../core/report/status.ts';
import { type Heartbeat, readHeartbeat } from '../../state/heartbeat.ts';
import { readLastApply } from '../../state/last-apply.ts';
import { writeMetricsFile } from '../../state/metrics-file.ts';
import { isReadError, StateWriteError } from '../../system/errors.ts';
import type { Context } from '../context.ts';

/**
 * Writes the metrics after a run that recorded something. It never fails a run, but returns a warning. When figures
 * cannot be read, the old file stays.
 *
 * Other runs may write at the same time, and the last writer must have read everything. So a run for some of the users
 * checks once more after writing. A run for all users held every lock until just before.
 */
export function publishMetrics(
  context: Context,
  version: string,
  textOf: (metrics: Metrics) => string,
): readonly Diagnostic[] {
  const mayBeLate = context.users.length < context.roster.users.length;
  try {
    for (let attempt = 0, written = ''; attempt < maxAttempts; attempt += 1) {
      const text = textOf({ version, users: collectMetrics(context) });
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

/** In a storm of runs the last one writes the right figures. So no run waits for the end of the storm. */
const maxAttempts = 5;

/**
 * Collects the figures of every user of the roster, whichever users this run is for. It reads the files that runs leave
 * on disk, so a run for one user knows the figures of the others.
 */
function collectMetrics({ roster, stateDirectory }: Context): readonly UserMetrics[] {
  return roster.users.map(({ name: user }) => {
    const heartbeat = readHeartbeat(stateDirectory, user);
    const apply = readLastApply(stateDirectory, user);
    return {
      user,
      save: heartbeat === null ? null : saveFigures(heartbeat),
      apply: apply === null ? null : { at: apply.time, outcomes: apply.outcomes },
    };
  });
}

function saveFigures({ lastGood, result, sessions }: Heartbeat): UserMetrics['save'] {
  return { lastGoodAt: lastGood?.time ?? null, failed: result === 'unknown' || result === 'failed', sessions };
}
