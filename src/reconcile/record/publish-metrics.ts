import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Metrics, UserMetrics } from '../../core/status.ts';
import { type Heartbeat, readHeartbeat } from '../../state/heartbeat.ts';
import { readLastApply } from '../../state/last-apply.ts';
import { writeMetricsFile } from '../../state/metrics-file.ts';
import { isReadError, StateWriteError } from '../../system/errors.ts';
import type { Context } from '../context.ts';

/**
 * Writes what a monitoring system is told, after a run that recorded something. Never makes a run fail: returns a warning. Figures
 * that cannot be read are not taken for none: then the old ones stay.
 *
 * Runs for other users may write at the same time, and whoever is last has to have read everything. So a run for some of the
 * users looks once more after writing; one for all of them had every lock until just before.
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

/** In a storm of runs the last one is right; none of them has to wait for its end. */
const maxAttempts = 5;

/**
 * The figures of every user of the roster, whoever this run is for. From what runs leave on disk, so that a run for one user
 * knows those of the others.
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
