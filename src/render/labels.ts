import { type Conversation, labelOf } from '../core/conversation.ts';
import { printable } from './printable.ts';

/** `claude 3f36c85e`, or `shell` where no conversation is meant. */
export function conversationLabel(conversation: Pick<Conversation, 'agent' | 'id'> | null): string {
  if (conversation === null) return 'shell';
  return printable(labelOf(conversation));
}
