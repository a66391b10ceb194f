import { isUuid } from '../../core/conversation.ts';
import type { Resumability, ResumableQuery } from '../agent.ts';
import type { UserFiles } from '../user-files.ts';
import { isAtLeast } from './claude-version.ts';
import { cleanupAgeDays, dayMs } from './cleanup-age.ts';
import { configDirectory } from './config-directory.ts';
import { lastPromptAtMs } from './last-prompt.ts';
import { liveHolderOf } from './registry.ts';
import { readTranscriptFacts } from './transcript-facts.ts';
import { type Transcript, transcriptsIn } from './transcripts.ts';

/** Since 2.1.240 `--resume ID` looks in all projects; before, in that of its directory and of its git worktrees. */
const searchesAllProjects = '2.1.240';

/** Whether `claude --resume` would take up a conversation now, in the directory in which it would be started. */
export function checkResumable({ id, launch }: ResumableQuery, files: UserFiles, nowMs: number): Resumability {
  if (!isUuid(id)) return { kind: 'gone', reason: 'its id is not one of Claude Code' };
  const config = configDirectory(launch.env['CLAUDE_CONFIG_DIR'] ?? null, files);
  if (config.kind === 'unusable') return { kind: 'gone', reason: config.reason };
  const pid = liveHolderOf(id, config.path, files);
  if (pid !== null) return { kind: 'live-elsewhere', pid };
  const projectName = launch.env['CLAUDE_CODE_PROJECT_DIR_NAME'] ?? null;
  const transcripts = transcriptsIn(config.path, projectName, files);
  const lookup = transcripts.find(id, [launch.directory]);
  switch (lookup.kind) {
    case 'missing':
      return { kind: 'gone', reason: lossReason(id, config.path, files, nowMs) };
    case 'unusable':
      return { kind: 'gone', reason: 'its transcript is empty, or not a regular file of its user' };
    case 'found': {
      const reason = obstacleTo(lookup.transcript, launch.directory, transcripts.projectOf(launch.directory), files);
      return reason === null ? { kind: 'resumable' } : { kind: 'gone', reason };
    }
  }
}

function obstacleTo(transcript: Transcript, directory: string, project: string, files: UserFiles): string | null {
  // The dot resolves a link, and needs the right to enter.
  if (files.stat(`${directory}/.`) === null) return `its directory ${directory} cannot be entered`;
  if (transcript.project === project) return null;
  const { version, lastDirectory } = readTranscriptFacts(transcript.path, files);
  if (version !== null && isAtLeast(version, searchesAllProjects)) return null;
  return `its transcript belongs to ${lastDirectory ?? 'another directory'}, not to ${directory}`;
}

function lossReason(id: string, configPath: string, files: UserFiles, nowMs: number): string {
  const days = cleanupAgeDays(configPath, files);
  const lastMs = lastPromptAtMs(id, configPath, files);
  return lastMs !== null && nowMs - lastMs > days * dayMs
    ? `its transcript was cleaned up: Claude Code removes them after ${days} days (cleanupPeriodDays)`
    : 'its transcript was removed';
}
