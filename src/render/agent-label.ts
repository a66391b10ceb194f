import type { Conversation } from '../core/conversation.ts';
import type { PaneAgent } from '../core/pane-agent.ts';
import { conversationLabel } from './labels.ts';
import { printable } from './printable.ts';

/** What a pane holds: `claude 3f36c85e`, `claude, new`, `shell`, or `shell (claude: why its conversation is not known)`. */
export function agentLabel(conversation: Conversation | null, agent: PaneAgent | null): string {
  if (conversation !== null || agent === null) return conversationLabel(conversation);
  switch (agent.found.kind) {
    case 'fresh':
      return printable(`${agent.name}, new`);
    case 'unidentified':
      return printable(`shell (${agent.name}: ${agent.found.reason})`);
    case 'conversation':
      return 'shell';
  }
}

/** How its conversation was found, and how far that is to be believed; empty where none is known, or nobody recorded how. */
export function sourceWords(agent: PaneAgent | null): string {
  return agent?.found.kind === 'conversation' ? `${agent.found.source}, ${agent.found.confidence}` : '';
}
