import { isUuid } from '../../core/conversation.ts';
import type { AgentLaunch } from '../../core/pane-agent.ts';

/** The command that resumes a conversation, or with null starts a new one; null when the id is not believable. */
export function startCommand(
  { executable, args }: AgentLaunch,
  conversationId: string | null,
): readonly string[] | null {
  if (conversationId === null) return [executable, ...args];
  // First, for a flag with any number of values would take the words behind it.
  return isUuid(conversationId) ? [executable, '--resume', conversationId, ...args] : null;
}
