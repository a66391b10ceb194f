import type { Conversation } from '../core/conversation.ts';
import { printable } from './printable.ts';

const idCharacters = 8;

/** `claude 3f36c85e`, or `shell` where no conversation is meant. */
export function conversationLabel(conversation: Pick<Conversation, 'agent' | 'id'> | null): string {
  if (conversation === null) return 'shell';
  return printable(`${conversation.agent} ${conversation.id.slice(0, idCharacters)}`);
}
