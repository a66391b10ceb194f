import type { Agent } from '../agent.ts';
import { askingArguments } from './asking-arguments.ts';
import { readConversations } from './read-conversations.ts';
import { announcesConversation } from './registry-trust.ts';
import { checkResumable } from './resumable.ts';
import { mayBeClaude, roleOf } from './role-of.ts';
import { startCommand } from './start-command.ts';

/** Claude Code. */
export const claude: Agent = {
  name: 'claude',
  mayBe: mayBeClaude,
  roleOf,
  readConversations,
  checkResumable: (wanted, files) => checkResumable(wanted, files, Date.now()),
  announcesConversation,
  askingArguments,
  startCommand,
};
