import { basename } from 'node:path';
import { isSessionId } from './command-line.ts';
import type { Context } from './context.ts';
import { forkedConversation, newConversation, resumedConversation, type Conversation } from './conversation.ts';
import {
  lastValue,
  newestTranscript,
  findTranscript,
  transcriptsTitled,
  transcriptPath,
  type StoredTranscript,
} from './transcript.ts';
import { liveRecords } from './registry.ts';
import { existsSync } from 'node:fs';

/** How a start of the program begins. */
export type Opening =
  | { readonly kind: 'conversation'; readonly conversation: Conversation; readonly resumed: StoredTranscript | null }
  /** A list of conversations is shown, and nothing happens until a person chooses. */
  | { readonly kind: 'picker' }
  | { readonly kind: 'refused'; readonly words: string };

export function openingOf(context: Context): Opening {
  const { commandLine } = context;
  if (commandLine.resume !== null) return resumeWanted(context, commandLine.resume);
  if (commandLine.continue) {
    const newest = newestTranscript(context);
    return newest === null ? refused('No conversation found to continue') : resume(context, newest);
  }
  const id = commandLine.sessionId ?? context.startId;
  if (existsSync(transcriptPath(context, process.cwd(), id)))
    return refused(`Error: Session ID ${id} is already in use.`);
  return { kind: 'conversation', conversation: newConversation(context, id, commandLine.name), resumed: null };
}

/** Takes up a stored conversation under its own id, or under a new one where that is asked for. */
export function resume(context: Context, stored: StoredTranscript): Opening {
  const holder = context.profile.refusesBackgroundHolder ? backgroundHolder(context, stored.id) : null;
  if (holder !== null)
    return refused(
      `Session ${stored.id} is running in the background (${holder}). Run \`claude attach ${holder}\` to open it.`,
    );
  const { fork, sessionId } = context.commandLine;
  const forks = fork || !context.profile.resumeKeepsId;
  const conversation = forks
    ? forkedConversation(context, stored, sessionId ?? context.startId)
    : resumedConversation(stored);
  return { kind: 'conversation', conversation, resumed: stored };
}

export function notFound(id: string): string {
  return `No conversation found with session ID: ${id}`;
}

function resumeWanted(context: Context, wanted: string): Opening {
  const id = wanted.endsWith('.jsonl') ? basename(wanted, '.jsonl') : wanted;
  if (isSessionId(id)) {
    const stored = findTranscript(context, id);
    return stored === null ? refused(notFound(id)) : resume(context, stored);
  }
  const [titled, ...others] = wanted === '' ? [] : transcriptsTitled(context, wanted);
  return titled !== undefined && others.length === 0 ? resume(context, titled) : { kind: 'picker' };
}

/** Two people's processes may hold one conversation; a background job's is refused. */
function backgroundHolder(context: Context, id: string): string | null {
  const record = liveRecords(context).find(
    ({ pid, fields }) =>
      pid !== process.pid &&
      fields['sessionId'] === id &&
      fields['kind'] !== undefined &&
      fields['kind'] !== 'interactive',
  );
  return record === undefined ? null : (lastValue([record.fields], 'jobId') ?? id.slice(0, 8));
}

function refused(words: string): Opening {
  return { kind: 'refused', words };
}
