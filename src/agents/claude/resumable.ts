import { isUuid } from '../../core/conversation.ts';
import { counted } from '../../core/text.ts';
import type { Resumability, ResumableQuery } from '../agent.ts';
import type { UserFiles } from '../user-files.ts';
import { configDirectoryOf, isAtLeast } from './program.ts';
import { liveHolderOf } from './registry.ts';
import { jsonFields, numberField } from '../json-fields.ts';
import { lastPromptAtMs, readTranscriptFacts, type Transcript, transcriptsIn } from './transcripts.ts';

/**
 * Since 2.1.240 `--resume ID` searches all projects. Before, it searched those of its directory and of its git
 * worktrees.
 */
const searchesAllProjects = '2.1.240';

/** Whether `claude --resume` could resume a conversation now, in the directory of its launch. */
export function checkResumable({ id, launch }: ResumableQuery, files: UserFiles, nowMs: number): Resumability {
  if (!isUuid(id)) return { kind: 'gone', reason: 'its id is not one of Claude Code' };
  const config = configDirectoryOf(launch.env['CLAUDE_CONFIG_DIR'] ?? null, files);
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
  // The `/.` resolves a link, and tests the right to enter.
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
    ? `its transcript was cleaned up: Claude Code removes them after ${counted(days, 'day')} (cleanupPeriodDays)`
    : 'its transcript was removed';
}

export const dayMs = 24 * 60 * 60 * 1000;

const defaultDays = 30;
const maxSettingsBytes = 256 * 1024;

/**
 * The number of days without a change after which Claude Code removes a transcript: `cleanupPeriodDays` of the user's
 * settings, or 30.
 */
function cleanupAgeDays(configDirectory: string, files: UserFiles): number {
  const text = files.readStart(`${configDirectory}/settings.json`, maxSettingsBytes);
  const fields = text === null ? null : jsonFields(text);
  const days = fields === null ? null : numberField(fields, 'cleanupPeriodDays');
  // 2.1.89 and later refuse 0.
  return days !== null && days > 0 ? days : defaultDays;
}

export interface NearCleanup {
  readonly id: string;
  /**
   * The time from which Claude Code may remove it, unless the user writes to it before. In the past when no start has
   * removed it yet.
   */
  readonly dueAtMs: number;
}

const warningMs = 5 * dayMs;

/** The given conversations whose transcripts Claude Code will remove within five days, the first due first. */
export function transcriptsNearCleanup(
  conversations: readonly ResumableQuery[],
  files: UserFiles,
  nowMs: number,
): readonly NearCleanup[] {
  const near = conversations.flatMap(({ id, launch }) => {
    const config = configDirectoryOf(launch.env['CLAUDE_CONFIG_DIR'] ?? null, files);
    if (config.kind === 'unusable') return [];
    const projectName = launch.env['CLAUDE_CODE_PROJECT_DIR_NAME'] ?? null;
    const lookup = transcriptsIn(config.path, projectName, files).find(id, [launch.directory]);
    if (lookup.kind !== 'found') return [];
    const dueAtMs = lookup.transcript.modifiedAtMs + cleanupAgeDays(config.path, files) * dayMs;
    return dueAtMs - nowMs <= warningMs ? [{ id, dueAtMs }] : [];
  });
  return near.toSorted((a, b) => a.dueAtMs - b.dueAtMs);
}
