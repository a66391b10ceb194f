import { statSync } from 'node:fs';
import type { UserMetrics } from '../core/metrics.ts';
import { readHeartbeat } from '../manifest/heartbeat-file.ts';
import type { Heartbeat } from '../manifest/heartbeat.ts';
import { readLastApply } from '../manifest/last-apply-file.ts';
import { heartbeatPath, lastApplyPath } from '../manifest/state-paths.ts';
import { orNull } from '../system/or-null.ts';
import type { Context } from './context.ts';

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

/** Is another one when any of the files was written anew that the figures are from: each write gives a file another inode. */
export function metricsSources({ roster, stateDirectory }: Context): string {
  const paths = roster.users.flatMap(({ name }) => [
    heartbeatPath(stateDirectory, name),
    lastApplyPath(stateDirectory, name),
  ]);
  return paths.map((path) => orNull(() => statSync(path, { throwIfNoEntry: false })?.ino) ?? 0).join(' ');
}
