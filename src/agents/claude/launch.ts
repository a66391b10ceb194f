import type { AgentLaunch } from '../../core/pane-agent.ts';
import type { UserFiles } from '../user-files.ts';
import { executableOf } from './executable.ts';
import { keptEnvironment } from './kept-environment.ts';
import { launchArguments } from './launch-arguments.ts';
import { projectSlug } from './project-slug.ts';
import type { Subject } from './subject.ts';
import { readTranscriptFacts, type TranscriptFacts } from './transcript-facts.ts';
import type { Transcript } from './transcripts.ts';

/** How a process is started again to take up `transcript`, or with null to start anew. */
export function launchOf(
  { process, program, bearer }: Subject,
  recordedDirectory: string | null,
  transcript: Transcript | null,
  files: UserFiles,
): AgentLaunch {
  const facts = readOnce(transcript, files);
  const { args, name, droppedArgs } = launchArguments(program.args ?? []);
  // A title of its own comes back with the conversation, and may have been changed since.
  const dropsName = name.length > 0 && (facts()?.hasTitle ?? false);
  const unread = program.args === null ? ['(overwritten by the process)'] : [];
  return {
    executable: executableOf(program, bearer.exe, files),
    args: dropsName ? args : [...args, ...name],
    droppedArgs: [...droppedArgs, ...(dropsName ? ['--name'] : []), ...unread],
    env: keptEnvironment(bearer.env),
    directory:
      directoryOf(transcript, recordedDirectory, bearer.cwd, facts) ??
      recordedDirectory ??
      facts()?.lastDirectory ??
      bearer.cwd ??
      process.cwd ??
      files.home,
  };
}

/**
 * The directory from which `claude --resume` finds a transcript: the one that its place is named after. A process or a
 * conversation may have gone elsewhere since (`/cd`, a worktree).
 */
function directoryOf(
  transcript: Transcript | null,
  recorded: string | null,
  current: string | null,
  facts: () => TranscriptFacts | null,
): string | null {
  const isItsPlace = (directory: string | null): directory is string =>
    directory !== null && projectSlug(directory) === transcript?.project;
  if (isItsPlace(recorded)) return recorded;
  if (transcript === null) return null;
  return [facts()?.lastDirectory ?? null, facts()?.firstDirectory ?? null, current].find(isItsPlace) ?? null;
}

/** Most transcripts need not be opened at all. */
function readOnce(transcript: Transcript | null, files: UserFiles): () => TranscriptFacts | null {
  let known: TranscriptFacts | null = null;
  return () => (transcript === null ? null : (known ??= readTranscriptFacts(transcript.path, files)));
}
