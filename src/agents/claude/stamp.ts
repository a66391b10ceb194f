import type { Conversation } from '../../core/conversation.ts';
import type { UserFiles } from '../user-files.ts';
import { idOfTranscriptName } from './conversation-id.ts';
import { lookUp, type Transcript } from './transcripts.ts';

/**
 * The transcript that a hook's stamp points to; null unless it is a readable one of the user, directly in a project's
 * directory below that user's own `projects`. Any other path is not followed.
 */
export function stampedTranscript(stamp: string | null, configDirectory: string, files: UserFiles): Transcript | null {
  const root = `${configDirectory}/projects`;
  if (stamp === null || !stamp.startsWith(`${root}/`)) return null;
  const [project = '', name = '', ...deeper] = stamp.slice(root.length + 1).split('/');
  const id = idOfTranscriptName(name);
  // Only what Claude Code calls such directories, so neither `..` nor an empty name.
  if (id === null || deeper.length > 0 || !/^[A-Za-z0-9_-]{1,255}$/.test(project)) return null;
  const lookup = lookUp(root, project, id, files);
  return lookup.kind === 'found' ? lookup.transcript : null;
}

/** The conversation that a stamp names, whether its transcript is there or not; null when it names none. */
export function stampedConversation(stamp: string | null): Conversation | null {
  const id = idOfTranscriptName(stamp?.split('/').at(-1) ?? '');
  return id === null ? null : { agent: 'claude', id, ended: null };
}
