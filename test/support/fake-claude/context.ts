import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { CommandLine } from './command-line.ts';
import { projectSlug } from './project-slug.ts';
import type { Settings } from './settings.ts';
import { profileOf, type VersionProfile } from './version-profile.ts';

/** What one run of the double knows from its start. */
export interface Context {
  readonly program: string;
  readonly settings: Settings;
  readonly profile: VersionProfile;
  readonly commandLine: CommandLine;
  readonly configDirectory: string;
  readonly print: boolean;
  readonly entrypoint: string;
  /** Every run makes up an id before it knows whether it resumes another. */
  readonly startId: string;
  /** Whether there will be a registry record, a transcript and a history at all. */
  readonly persistent: boolean;
  readonly keepsTranscript: boolean;
}

export function contextOf(program: string, settings: Settings, commandLine: CommandLine): Context {
  const profile = profileOf(settings.version);
  const print = commandLine.print || !process.stdout.isTTY;
  const persistent = isPersistent(profile);
  return {
    program,
    settings,
    profile,
    commandLine,
    configDirectory: variable('CLAUDE_CONFIG_DIR') ?? join(homedir(), '.claude'),
    print,
    entrypoint: variable('CLAUDE_CODE_ENTRYPOINT') ?? (print ? 'sdk-cli' : 'cli'),
    startId: randomUUID(),
    persistent,
    keepsTranscript: persistent && commandLine.persist && variable('CLAUDE_CODE_SKIP_PROMPT_HISTORY') === null,
  };
}

/** The directory of the transcripts of a working directory. */
export function projectDirectory({ profile, configDirectory }: Context, cwd: string): string {
  const own = variable('CLAUDE_CODE_PROJECT_DIR_NAME') ?? '';
  const accepted =
    profile.allowsProjectDirectoryName && variable('CLAUDE_CONFIG_DIR') !== null && /^[A-Za-z0-9_-]{1,64}$/.test(own);
  return join(configDirectory, 'projects', accepted ? own : projectSlug(cwd, profile.capsSlug));
}

/** The value of an environment variable; null when it is empty or not there. */
export function variable(name: string): string | null {
  return process.env[name] || null;
}

/** A run inside of another conversation leaves no files, unless the marker came from the tmux server by mistake. */
function isPersistent(profile: VersionProfile): boolean {
  if (variable('CLAUDE_CODE_FORCE_SESSION_PERSISTENCE') === '1') return true;
  if (variable('CLAUDE_CODE_CHILD_SESSION') === null) return true;
  return profile.excusesMarkedServer && isServerMarked();
}

function isServerMarked(): boolean {
  if (variable('TMUX') === null) return false;
  const asked = spawnSync('tmux', ['show-environment', '-g', 'CLAUDE_CODE_CHILD_SESSION'], {
    encoding: 'utf8',
    timeout: 2_000,
  });
  return asked.status === 0 && asked.stdout.includes('=');
}
