import type { ResumableQuery } from '../agent.ts';
import type { UserFiles } from '../user-files.ts';
import { cleanupAgeDays, dayMs } from './cleanup-age.ts';
import { configDirectory } from './config-directory.ts';
import { transcriptsIn } from './transcripts.ts';

export interface NearCleanup {
  readonly id: string;
  /** When Claude Code may remove it, unless it is spoken to before. In the past when no start has swept it yet. */
  readonly dueAtMs: number;
}

const warningMs = 5 * dayMs;

/** Of the given conversations those whose transcripts Claude Code will remove within five days, the first due first. */
export function transcriptsNearCleanup(
  conversations: readonly ResumableQuery[],
  files: UserFiles,
  nowMs: number,
): readonly NearCleanup[] {
  const near = conversations.flatMap(({ id, launch }) => {
    const config = configDirectory(launch.env['CLAUDE_CONFIG_DIR'] ?? null, files);
    if (config.kind === 'unusable') return [];
    const projectName = launch.env['CLAUDE_CODE_PROJECT_DIR_NAME'] ?? null;
    const lookup = transcriptsIn(config.path, projectName, files).find(id, [launch.directory]);
    if (lookup.kind !== 'found') return [];
    const dueAtMs = lookup.transcript.modifiedAtMs + cleanupAgeDays(config.path, files) * dayMs;
    return dueAtMs - nowMs <= warningMs ? [{ id, dueAtMs }] : [];
  });
  return near.toSorted((a, b) => a.dueAtMs - b.dueAtMs);
}
