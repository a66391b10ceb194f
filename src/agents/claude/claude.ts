import type { Agent } from '../agent.ts';
import { askingArguments, firstPrompt, startCommand } from './launch.ts';
import { mayBeClaude, roleOf } from './program.ts';
import { readConversations } from './read-conversations.ts';
import { announcesConversation } from './registry.ts';
import { checkResumable } from './resumable.ts';

/** Claude Code: all functions for its processes and conversations. */
export const claude: Agent = {
  name: 'claude',
  mayBe: mayBeClaude,
  roleOf,
  readConversations,
  checkResumable: (wanted, files) => checkResumable(wanted, files, Date.now()),
  announcesConversation,
  askingArguments,
  startCommand,
  firstPrompt,
};
