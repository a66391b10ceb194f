import type { UserMetrics } from '../../core/metrics.ts';
import { readHeartbeat } from '../../state/heartbeat-file.ts';
import type { Heartbeat } from '../../state/heartbeat.ts';
import { readLastApply } from '../../state/last-apply-file.ts';
import type { Context } from '../context.ts';

/**
 * The figures of every user of the roster, whoever this run is for. From what runs leave on disk, so that a run for one user
 * knows those of the others.
 */
export function collectMetrics({ roster, stateDirectory }: Context): readonly UserMetrics[] {
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
